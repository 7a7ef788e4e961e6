// `node cluster.js REDIS SILENT`: processes that share a port and a Redis answer right, a mutation on one of them purges
// for all, one is replaced under load, and those that are ended while they wait for a Redis end well.
import assert from "node:assert/strict";
import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { call, library, read } from "./library.js";
import { load } from "./load.js";

const [redis = "", silent = ""] = process.argv.slice(2);
const PATIENCE = 30_000;

async function fork(store: string): Promise<[Worker, number]> {
  const worker = cluster.fork({ STORE: store });
  const [port] = (await once(worker, "message")) as [number];
  return [worker, port];
}

async function ended(worker: Worker): Promise<unknown> {
  const [code, signal] = await once(worker, "exit");
  return signal ?? code;
}

if (cluster.isPrimary) {
  const workers = await Promise.all([fork(redis), fork(redis), fork(redis)]);
  const port = workers[0]?.[1] ?? 0;
  const served = new Map<string, number>();
  const send = async (request: Request): Promise<Response> => {
    const url = request.url.replace("http://library.test", `http://127.0.0.1:${port}`);
    // One connection for each, so that all workers get some.
    const body = request.method === "POST" ? await request.text() : null;
    const headers = { ...Object.fromEntries(request.headers), connection: "close" };
    const response = await fetch(url, { body, headers, method: request.method });
    const who = response.headers.get("x-worker") ?? "";
    served.set(who, (served.get(who) ?? 0) + 1);
    return response;
  };
  const loaded = load(send, 400);
  const [oldest] = workers[0] ?? [];
  const replaced = ended(oldest as Worker);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const another = fork(redis);
  oldest?.disconnect();
  const hits = await loaded;
  await another;
  assert.equal(await replaced, 0);
  assert.ok(hits > 100, `hits: ${hits}`);
  assert.ok(served.size >= 3, `workers: ${served.size}`);

  const status = async () => (await send(read("shared"))).headers.get("cache-status");
  assert.equal(await status(), "Mizan; fwd=uri-miss; stored");
  for (let count = 0; count < 6; count += 1) assert.equal(await status(), "Mizan; hit");
  await send(call("relabel", { title: "Ebb", topic: "shared" }));
  assert.equal(await status(), "Mizan; fwd=uri-miss; stored");
  for (let count = 0; count < 6; count += 1) assert.equal(await status(), "Mizan; hit");

  // Each of these waits for a Redis by the time it is told to end.
  for (const way of ["exit", "kill"] as const) {
    const [worker] = await fork(silent);
    const end = ended(worker);
    worker.send(way);
    assert.equal(await end, way === "exit" ? 0 : "SIGTERM");
  }
  for (const worker of Object.values(cluster.workers ?? {})) worker?.kill();
  process.stdout.write("ended well\n", () => process.exit(0));
} else {
  const store = process.env["STORE"] ?? "";
  const { mizan } = library({ cache: { store, timeout: PATIENCE } });
  const server = createServer((request, response) => {
    response.setHeader("x-worker", process.pid);
    mizan.node(request, response);
  });
  process.on("message", (way) => {
    for (let count = 0; count < 20; count += 1)
      mizan.fetch(read(`held ${count}`)).catch(() => undefined);
    setTimeout(() => (way === "exit" ? process.exit(0) : process.kill(process.pid)), 50);
  });
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
}
