import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { client, createMizan, type Declared } from "../ts/index.js";
import { answer, call } from "./shop.js";

const COUNTRIES = ["de", "fr"] as const;

/** One function, declared with each library: what it receives it returns. */
const DECLARED = {
  arktype: client(
    {
      input: type({
        code: "string <= 4",
        count: "0 <= number.integer <= 9",
        country: "'de' | 'fr'",
        "note?": "string | null",
        tags: "string[]",
      }),
      output: type({ code: "string", count: "number.integer", tags: "string[]" }),
    },
    async (_, { code, count, tags }) => ({ code, count, tags }),
  ),
  valibot: client(
    {
      input: toStandardJsonSchema(
        v.object({
          code: v.pipe(v.string(), v.maxLength(4)),
          count: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(9)),
          country: v.picklist(COUNTRIES),
          note: v.optional(v.nullable(v.string())),
          tags: v.array(v.string()),
        }),
      ),
      output: toStandardJsonSchema(
        v.object({
          code: v.string(),
          count: v.pipe(v.number(), v.integer()),
          tags: v.array(v.string()),
        }),
      ),
    },
    async (_, { code, count, tags }) => ({ code, count, tags }),
  ),
  zod: client(
    {
      input: z.object({
        code: z.string().max(4),
        count: z.int().min(0).max(9),
        country: z.enum(COUNTRIES),
        note: z.string().nullable().optional(),
        tags: z.array(z.string()),
      }),
      output: z.object({ code: z.string(), count: z.int(), tags: z.array(z.string()) }),
    },
    async (_, { code, count, tags }) => ({ code, count, tags }),
  ),
} satisfies Record<string, Declared<never, never, unknown>>;

describe.each(Object.entries(DECLARED))("a function with types of %s", (_, keep) => {
  const mizan = createMizan({ functions: { keep } });
  const fits = { code: "abcd", count: 3, country: "de", tags: ["x"] };

  test("has them in the contract", () => {
    const ir = mizan.ir();
    for (const line of [
      'field "code" { string max-length=4 }',
      'field "count" { integer min=0 max=9 }',
      'field "country" { enum "de" "fr" }',
      'field "note" required=#false { nullable { string } }',
      'field "tags" { list { string } }',
    ]) {
      expect(ir).toContain(line);
    }
  });

  test("receives what fits", async () => {
    expect(await answer(mizan, call("keep", fits))).toEqual([
      200,
      { invalidate: [], result: { code: "abcd", count: 3, tags: ["x"] } },
    ]);
  });

  test.each([
    [{ code: "abcde" }, "code"],
    [{ count: 10 }, "count"],
    [{ count: 1.5 }, "count"],
    [{ country: "it" }, "country"],
    [{ tags: [1] }, "tags"],
    [{ more: 1 }, "more"],
  ])("refuses %j", async (wrong, name) => {
    const [status, body] = await answer(mizan, call("keep", { ...fits, ...wrong }));
    expect(status).toBe(422);
    expect(body).toMatchObject({ error: { code: "VALIDATION" } });
    expect(JSON.stringify(body)).toContain(`"path":["args","${name}"`);
  });
});

describe("what only the library knows", () => {
  test("refines: its words reach the caller at their place", async () => {
    const odd = client(
      { input: { n: z.int().refine((n) => n % 2 === 1, "must be odd") }, output: z.int() },
      (_, { n }) => n,
    );
    const mizan = createMizan({ functions: { odd } });
    expect((await answer(mizan, call("odd", { n: 3 })))[0]).toBe(200);
    expect(await answer(mizan, call("odd", { n: 2 }))).toMatchObject([
      422,
      { error: { details: [{ message: "must be odd", path: ["args", "n"] }] } },
    ]);
  });

  test("transforms: the function gets what its types say, also where that takes time", async () => {
    const day = client(
      {
        input: z.object({
          at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
          name: z.string().refine(async (name) => name !== "late"),
        }),
        output: z.string(),
      },
      async (_, { at, name }) => `${name} ${at.getUTCFullYear()}`,
    );
    const mizan = createMizan({ functions: { day } });
    const at = "2026-11-23T00:00:00+01:00";
    expect((await answer(mizan, call("day", { at, name: "x" })))[1]).toMatchObject({
      result: "x 2026",
    });
    expect((await answer(mizan, call("day", { at, name: "late" })))[0]).toBe(422);
  });

  test("defaults: they stand in the contract and are filled in", async () => {
    const page = client(
      { input: { n: z.int().default(3), text: z.string().optional() }, output: z.string() },
      (_, { n, text }) => `${n} ${text}`,
    );
    const mizan = createMizan({ functions: { page } });
    expect(mizan.ir()).toContain('field "n" default="3" { integer }');
    expect(mizan.ir()).toContain('field "text" required=#false { string }');
    expect((await answer(mizan, call("page", {})))[1]).toMatchObject({ result: "3 undefined" });
  });
});

test("formats are the protocol's: a pattern that a library adds to one is not in the contract", () => {
  const kinds = client(
    {
      input: {
        ark: type("string.uuid"),
        at: z.iso.datetime(),
        day: z.iso.date(),
        id: z.uuid(),
        mail: z.email(),
        site: z.url(),
        size: z.string().meta({ format: "bigint" }),
        valibot: toStandardJsonSchema(v.pipe(v.string(), v.isoDate())),
      },
    },
    () => undefined,
  );
  const ir = createMizan({ functions: { kinds } }).ir();
  for (const line of [
    'field "ark" { string format="uuid" }',
    'field "at" { string format="date-time" }',
    'field "day" { string format="date" }',
    'field "id" { string format="uuid" }',
    'field "mail" { string format="email" }',
    'field "site" { string format="uri" }',
    'field "size" { bigint }',
    'field "valibot" { string format="date" }',
  ]) {
    expect(ir).toContain(line);
  }
});
