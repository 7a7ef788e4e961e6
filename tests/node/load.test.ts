// Threads and processes of Node under load, on a real Redis.
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildPrograms, run } from "./programs.js";
import { redis, type Served, silent } from "./redis.js";

let real: Served;
let mute: Served;

beforeAll(async () => {
  await buildPrograms();
  [real, mute] = await Promise.all([redis(), silent()]);
});

afterAll(() => Promise.all([real.stop(), mute.stop()]));

const WELL = { err: "", out: "ended well\n", status: 0 };

test.each(["threads", "cluster"])(
  "%s answer right, and end well whatever they wait for",
  async (kind) => {
    expect(await run([process.execPath], `${kind}.js`, [real.url, mute.url])).toEqual(WELL);
  },
);

test.each(["threads", "cluster"])("%s that share nothing are found out", async (kind) => {
  // A store that never answers keeps nothing: what looks for hits has to say so.
  const lost = await run([process.execPath], `${kind}.js`, ["redis://127.0.0.2:9/0", mute.url]);
  expect(lost.status).toBe(1);
  expect(lost.err).toContain("hits: 0");
});
