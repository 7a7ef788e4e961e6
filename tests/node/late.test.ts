// A function that outran its limit goes on: no promise can be stopped. What it changes then, no bundle may go on hiding.
import { client, context, createMizan, type MizanOptions } from "@mizan/server";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { redis, type Served } from "./redis.js";

const PATIENCE = 30_000;
/** Milliseconds that a change may take. */
const LIMIT = 20;

let server: Served;

beforeAll(async () => {
  server = await redis();
});
afterAll(() => server.stop());

/** An application with one number, and changes of it that go on for as long as the test holds them. */
function application(cache: MizanOptions["cache"]) {
  let number = 1;
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const counter = context("counter");
  const log = { error: vi.fn(), warn: vi.fn() };
  const mizan = createMizan({
    ...(cache === undefined ? {} : { cache }),
    functions: {
      announce: client({ output: z.int(), timeout: LIMIT }, async (req) => {
        await held;
        number = 2;
        req.invalidate(counter);
        return number;
      }),
      count: client({ context: counter, output: z.int() }, () => number),
      declare: client({ affects: counter, output: z.int(), timeout: LIMIT }, async () => {
        await held;
        number = 2;
        return number;
      }),
      fail: client({ affects: counter, output: z.int(), timeout: LIMIT }, async () => {
        await held;
        number = 2;
        throw new Error("too late to be told");
      }),
    },
    log,
    secret: "a secret of the tests, of 32 bytes",
  });
  const read = async () => {
    const reply = await mizan.fetch(new Request("http://localhost/api/mizan/ctx/counter/"));
    return [await reply.json(), reply.headers.get("cache-status")] as const;
  };
  const call = (fn: string) =>
    mizan.fetch(
      new Request("http://localhost/api/mizan/call/", {
        body: JSON.stringify({ args: {}, fn }),
        headers: { "content-type": "application/json" },
        method: "POST",
      }),
    );
  return { call, read, release };
}

const HIT = "Mizan; hit";
const CACHES: Record<string, () => MizanOptions["cache"]> = {
  "a Redis": () => ({ prefix: crypto.randomUUID(), store: server.url, timeout: PATIENCE }),
  memory: () => "memory",
};

describe.each(Object.entries(CACHES))("in %s", (_, cache) => {
  test.each(["announce", "declare", "fail"])("what `%s` changes late is seen", async (fn) => {
    const { call, read, release } = application(cache());
    expect((await call(fn)).status).toBe(504);
    // Before it has changed anything, what is read is kept, once nothing is held any more.
    await vi.waitFor(async () => expect(await read()).toEqual([{ count: 1 }, HIT]), PATIENCE);
    release();
    await vi.waitFor(async () => expect(await read()).toEqual([{ count: 2 }, HIT]), PATIENCE);
  });
});

test("nothing is taken away where nothing is kept", async () => {
  const { call, read, release } = application(undefined);
  expect((await call("declare")).status).toBe(504);
  release();
  await vi.waitFor(async () => expect(await read()).toEqual([{ count: 2 }, null]), PATIENCE);
});
