// `node threads.js REDIS SILENT`: threads that share a Redis answer right, and threads that are ended while they wait for
// a Redis harm nobody. `SILENT` is one that takes connections and never answers.
import assert from "node:assert/strict";
import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { call, library, read } from "./library.js";
import { load } from "./load.js";

interface Asked {
  readonly store: string;
  readonly waits: boolean;
}

/** Half a minute to wait for a Redis: whoever ends before does so while it waits. */
const PATIENCE = 30_000;

function start(store: string, waits: boolean): Worker {
  const asked: Asked = { store, waits };
  return new Worker(new URL(import.meta.url), { workerData: asked });
}

if (isMainThread) {
  const [redis = "", silent = ""] = process.argv.slice(2);
  const working = Array.from({ length: 3 }, () => start(redis, false));
  const waiting = Array.from({ length: 3 }, () => start(silent, true));
  await Promise.all(waiting.map((worker) => once(worker, "message")));
  await Promise.all(waiting.map((worker) => worker.terminate()));
  const hits = await Promise.all(working.map(async (worker) => (await once(worker, "message"))[0]));
  await Promise.all(working.map((worker) => worker.terminate()));
  assert.ok(
    hits.every((count) => count > 100),
    `hits: ${hits}`,
  );
  // This thread is none the worse for it, and the process ends while it waits itself.
  const { mizan } = library({ cache: { store: redis, timeout: PATIENCE } });
  assert.equal((await mizan.fetch(read("after"))).status, 200);
  const held = library({ cache: { store: silent, timeout: PATIENCE } }).mizan;
  for (let count = 0; count < 20; count += 1)
    held.fetch(read(`held ${count}`)).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 50));
  process.stdout.write("ended well\n", () => process.exit(0));
} else {
  const { store, waits } = workerData as Asked;
  const { mizan } = library({ cache: { store, timeout: PATIENCE } });
  if (waits) {
    for (let count = 0; count < 50; count += 1)
      mizan.fetch(read(`held ${count}`)).catch(() => undefined);
    mizan.fetch(call("relabel", { title: "x", topic: "held" })).catch(() => undefined);
    setTimeout(() => parentPort?.postMessage(0), 50);
  } else {
    parentPort?.postMessage(await load((request) => mizan.fetch(request), 400));
  }
}
