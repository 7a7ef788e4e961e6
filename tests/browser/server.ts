// Starts a shop for one test, on a free loopback port of its own choice, and ends it with the test.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const ROOT = join(import.meta.dirname, "../..");
const START_LIMIT = 20_000;
const STOP_LIMIT = 5_000;

export interface Server {
  /** Where the shop is, without a slash at the end. */
  readonly url: string;
  /** What the server said on its standard error so far. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

/** Runs a module that serves a shop and prints its URL first: `shop` itself, or one of controls/. */
export async function startServer(module: string): Promise<Server> {
  const python = join(ROOT, ".venv/bin/python");
  const child = spawn(python, [join(import.meta.dirname, "watched.py"), module, "--port", "0"]);
  const ended = once(child, "exit");
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const stop = async () => {
    child.stdin.end();
    const kill = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT);
    await ended;
    clearTimeout(kill);
  };
  const [line] = await Promise.race([
    once(createInterface(child.stdout), "line"),
    ended.then(() => [undefined]),
    new Promise<[undefined]>((resolve) => setTimeout(resolve, START_LIMIT, [undefined]).unref()),
  ]);
  if (typeof line !== "string" || !URL.canParse(line)) {
    await stop();
    throw new Error(`${module} printed no URL but ${JSON.stringify(line)}:\n${log}`);
  }
  return { url: line.replace(/\/$/, ""), log: () => log, stop };
}
