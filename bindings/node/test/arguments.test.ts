// What a function receives is its own: whatever it does to it, the others of its bundle receive what was sent.
import { expect, test } from "vitest";
import { client, context, createMizan, type Schema } from "../ts/index.js";
import { answer, read } from "./shop.js";

/** A type that has no say in what a function receives: nothing copies that on its way. */
function plain<Output>(described: Record<string, unknown>): Schema<Output> {
  const schema = () => ({ ...described });
  return {
    "~standard": { jsonSchema: { input: schema, output: schema }, vendor: "test", version: 1 },
  };
}

const count = plain<number>({ type: "integer" });
const names = plain<string[]>({ items: { type: "string" }, type: "array" });
const Given = plain<Record<string, unknown>>({});

const flat = context("flat");
const deep = context("deep");

const members = (change: (args: { count: number; names?: string[] }) => void) => {
  const tell = (args: { count: number; names?: string[] }) => {
    const given = structuredClone(args);
    change(args);
    return given;
  };
  return {
    deep: client({ context: deep, input: { count, names }, output: Given }, (_, args) =>
      tell(args),
    ),
    flat: client({ context: flat, input: { count }, output: Given }, (_, args) => tell(args)),
  };
};

const one = members((args) => {
  args.count = 0;
  args.names?.push("more");
});
const other = members((args) => {
  args.names?.splice(0);
});
const functions = {
  deepOne: one.deep,
  deepOther: other.deep,
  flatOne: one.flat,
  flatOther: other.flat,
};

test.each([
  ["flat", "count=5", { count: 5 }, ["flat_one", "flat_other"]],
  [
    "deep",
    "count=5&names=ada&names=bob",
    { count: 5, names: ["ada", "bob"] },
    ["deep_one", "deep_other"],
  ],
])("members of a bundle receive arguments of their own: %s", async (name, query, sent, told) => {
  const reply = await answer(createMizan({ functions }), read(name, `?${query}`));
  expect(reply).toEqual([200, Object.fromEntries(told.map((member) => [member, sent]))]);
});
