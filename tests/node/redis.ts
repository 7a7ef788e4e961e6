// Redis servers for a test: one of its own, which keeps nothing on a disk, and one that never answers.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { setTimeout } from "node:timers/promises";

/** A server, and how to end it. */
export interface Served {
  readonly url: string;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A real one. */
export async function redis(): Promise<Served> {
  const port = String(await freePort());
  const options = ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const child = spawn("redis-server", options, { cwd: tmpdir(), stdio: "ignore" });
  for (const until = Date.now() + 30_000; ; await setTimeout(50)) {
    const socket = connect(Number(port), "127.0.0.1");
    const isUp = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isUp) break;
    if (Date.now() > until) throw new Error("redis-server does not start");
  }
  const stop = async () => {
    const ended = once(child, "exit");
    child.kill();
    await ended;
  };
  return { stop, url: `redis://127.0.0.1:${port}/0` };
}

/** One that takes connections, and never says a word. */
export async function silent(): Promise<Served> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  };
  return { stop, url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}/0` };
}
