// Requests by the hundred, a few dozen at once, each of whose replies has to be its own.
import assert from "node:assert/strict";
import { call, read } from "./library.js";

/** Asks that often; how many bundles were kept ones. */
export async function load(
  send: (request: Request) => Promise<Response>,
  count: number,
): Promise<number> {
  let hits = 0;
  let next = 0;
  const one = async (index: number) => {
    const number = index * 7919;
    const doubled = await send(call("double", { number }));
    assert.deepEqual(await doubled.json(), { invalidate: [], result: 2 * number });
    const topic = `topic ${index % 20}`;
    const bundle = await send(read(topic));
    assert.deepEqual(await bundle.json(), { titles: [`${topic} I`, `${topic} II`] });
    if (bundle.headers.get("cache-status")?.includes("hit")) hits += 1;
    if (index % 25 > 0) return;
    const changed = await send(call("relabel", { title: `title ${index}`, topic }));
    assert.equal(((await changed.json()) as { result: string }).result, `title ${index}`);
  };
  const lane = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      await one(index);
    }
  };
  await Promise.all(Array.from({ length: 24 }, lane));
  return hits;
}
