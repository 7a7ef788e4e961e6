// A million requests leave the memory of a process flat: what is resident, and what of it V8 uses.
import { beforeAll, describe, expect, test } from "vitest";
import { buildPrograms, run } from "./programs.js";

const MIB = 2 ** 20;
/** How many turns, a million requests in all: of two requests, of three, and of two through both halves. */
const TURNS = { bundles: 30_000, calls: 450_000, fetch: 5_000 };

interface Grown {
  readonly heapUsed: number;
  readonly rss: number;
}

async function grown(kind: string, turns: number, ...mode: string[]): Promise<Grown> {
  // A heap that may grow at will is no measure: the young half of V8's is held small.
  const command = [process.execPath, "--expose-gc", "--max-semi-space-size=1"] as const;
  const { err, out, status } = await run(
    [...command],
    "flat.js",
    [kind, `${turns}`, ...mode],
    180_000,
  );
  if (status !== 0) throw new Error(err);
  return JSON.parse(out) as Grown;
}

beforeAll(buildPrograms);

describe.each(Object.entries(TURNS))("%s", (kind, turns) => {
  test("leave the memory flat", async () => {
    const { heapUsed, rss } = await grown(kind, turns);
    expect({ heapUsed, rss }).toSatisfy(() => Math.max(heapUsed, rss) <= 2 * MIB);
  });

  test("that are forgotten show", async () => {
    // What is forgotten: requests of the native half, and of `fetch` the replies in V8's heap.
    const { heapUsed, rss } = await grown(kind, turns / 10, "forgetful");
    expect(kind === "fetch" ? heapUsed : rss).toBeGreaterThan(2 * MIB);
  });
});
