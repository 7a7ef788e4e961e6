// What an application hands back and no text of the protocol can hold: an error of whoever did, and of nobody else.
import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { client, context, createMizan, Invalid, type MizanOptions, NotFound } from "../ts/index.js";
import { native } from "../ts/native.js";
import { call, read } from "./shop.js";

/** Half a character: no Unicode text. */
const HALF = "\ud800";
const shelf = context("shelf");

/** Something in something, and so on. */
function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)];
}

/** What a function throws. */
const THROWN: Record<string, () => unknown> = {
  "a declared message of half a character": () => new NotFound(HALF),
  "a message that is no text": () => new Invalid({ k: 5 as unknown as string }),
  "a place below zero": () => new Invalid([[["k", -1], "is wrong"]]),
  "a place that is no whole number": () => new Invalid([[["k", 1.5], "is wrong"]]),
};
/** What a function says that it changed. */
const NAMED: Record<string, [unknown, unknown]> = {
  "a context of half a character": [HALF, {}],
  "a number of another kind": ["shelf", { name: 1e21 }],
  "a value with no form in JSON": ["shelf", { name: 5n }],
  "a value of half a character": ["shelf", { name: HALF }],
  "no context": [undefined, {}],
  "too much in each other": ["shelf", { name: nested(80) }],
};

/** A value that is read through a bundle and kept, and mutations of it. */
function application(options: MizanOptions = {}) {
  let value = "old";
  const log: string[] = [];
  const write = (text: unknown) => log.push(String(text));
  const Kind = { kind: z.string() };
  const mizan = createMizan({
    cache: "memory",
    functions: {
      named: client({ input: Kind }, (req, { kind }) => {
        value = "new";
        req.invalidate(...(NAMED[kind] as [string, Record<string, unknown>]));
      }),
      shelfValue: client(
        { context: shelf, input: { name: z.string() }, output: z.string() },
        () => value,
      ),
      thrown: client({ affects: shelf, input: Kind }, (_, { kind }) => {
        value = "new";
        throw THROWN[kind]?.();
      }),
      thrownAfter: client({ input: Kind }, (req, { kind }) => {
        value = "new";
        req.invalidate("shelf", { name: HALF });
        throw THROWN[kind]?.();
      }),
      write: client({ input: Kind }, (req) => {
        value = "new";
        req.invalidate(shelf, { name: "a" });
      }),
    },
    log: { error: write, warn: write },
    secret: "a secret of the tests, of 32 bytes",
    ...options,
  });
  return {
    log,
    mizan,
    /** The value, from the store where it has one. */
    async value() {
      const reply = await mizan.fetch(read("shelf", "?name=a"));
      return [
        ((await reply.json()) as { shelf_value: string }).shelf_value,
        reply.headers.get("cache-status") === "Mizan; hit",
      ];
    },
  };
}

/** What every reply that is an error of the application's has. */
async function expectInternal(reply: Response, log: readonly string[], place: string) {
  const { error } = (await reply.json()) as { error: { code: string; id: string } };
  expect([reply.status, error.code]).toEqual([500, "INTERNAL"]);
  expect(error.id).toMatch(/^[0-9a-f]{16}$/);
  expect(reply.headers.get("x-mizan-contract")).toMatch(/^[0-9a-f]{16}$/);
  expect(reply.headers.get("x-content-type-options")).toBe("nosniff");
  expect(log.filter((line) => line.includes(error.id) && line.includes(place))).toHaveLength(1);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(Object.keys(THROWN))("a function that throws %s", (kind) => {
  test.each(["thrown", "thrown_after"])(
    "has failed, and what it changed is forgotten: %s",
    async (fn) => {
      const { log, mizan, value } = application();
      await value();
      expect(await value()).toEqual(["old", true]);
      const reply = await mizan.fetch(call(fn, { kind }));
      await expectInternal(reply, log, `${fn}: `);
      expect(log.join("\n")).toContain("bindings/node/test/unreadable.test.ts:");
      expect(await value()).toEqual(["new", false]);
    },
  );

  test("leaves the others of its batch as they are", async () => {
    const { log, mizan, value } = application();
    await value();
    const request = call("", {});
    const both = new Request(request.url, {
      body: JSON.stringify([
        { args: { kind }, fn: "write" },
        { args: { kind }, fn: "thrown_after" },
      ]),
      headers: request.headers,
      method: "POST",
    });
    const reply = await mizan.fetch(both);
    expect([reply.status, await reply.json()]).toMatchObject([
      200,
      [
        { invalidate: [{ context: "shelf", params: { name: "a" } }], result: null },
        { error: { code: "INTERNAL" } },
      ],
    ]);
    expect(log.filter((line) => line.includes("thrown_after: "))).not.toEqual([]);
    expect(await value()).toEqual(["new", false]);
  });
});

test.each(Object.keys(NAMED))(
  "a function that names %s has changed more, not less",
  async (kind) => {
    const { log, mizan, value } = application();
    await value();
    const reply = await mizan.fetch(call("named", { kind }));
    expect([reply.status, await reply.json()]).toEqual([
      200,
      { invalidate: [{ context: "shelf" }], result: null },
    ]);
    expect(log).toEqual([expect.stringContaining("named: invalidate(")]);
    expect(await value()).toEqual(["new", false]);
  },
);

describe("who asks", () => {
  const who = client(
    { auth: "authenticated", identity: true, output: z.string() },
    ({ identity }) => identity.sub,
  );

  test.each([
    ["a name of half a character", () => ({ sub: HALF })],
    ["half a permission", () => ({ permissions: [HALF], sub: "5" })],
  ])("is an error of the application's where it has %s", async (_, identify) => {
    const { log, mizan } = application({ functions: { who }, identify });
    await expectInternal(await mizan.fetch(call("who", {})), log, "who: ");
  });

  test("is an error of the application's where what it is allowed cannot be read", async () => {
    const { log, mizan } = application({
      functions: { who: client({ auth: "a.b" }, () => undefined) },
      identify: () => ({ permissions: null, sub: "5" }),
      permissions: () => [HALF],
    });
    await expectInternal(await mizan.fetch(call("who", {})), log, "who: ");
  });

  test("is an error of the application's where a guard throws what cannot be read", async () => {
    const guarded = client(
      {
        auth: function byNight() {
          throw new NotFound(HALF);
        },
      },
      () => undefined,
    );
    const { log, mizan } = application({ functions: { guarded } });
    await expectInternal(await mizan.fetch(call("guarded", {})), log, "guarded: ");
  });
});

test("where the two halves do not understand each other, the reply is whole and everything is forgotten", async () => {
  const { log, mizan, value } = application();
  await value();
  vi.spyOn(native, "returned").mockImplementationOnce(() => {
    throw new Error("no such answer");
  });
  await expectInternal(await mizan.fetch(call("write", { kind: "" })), log, "returned");
  expect(await value()).toEqual(["new", false]);
});
