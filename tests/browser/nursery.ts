// Starts a shop for each test, on a free loopback port of its own choice, and ends it with the test.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";

const ROOT = join(import.meta.dirname, "../..");
/** Milliseconds for an answer of the nursery, its own start included. */
const LIMIT = 20_000;

/** One shop at a time, each with a database of its own; see nursery.py. */
export class Nursery {
  #open: { process: ChildProcessWithoutNullStreams; lines: Interface } | undefined;
  #log = "";

  /** Opened by the first shop: the tests of another back end need none. */
  #opened(): { process: ChildProcessWithoutNullStreams; lines: Interface } {
    if (this.#open) return this.#open;
    const process = spawn(join(ROOT, ".venv/bin/python"), [
      join(import.meta.dirname, "nursery.py"),
    ]);
    process.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#log += text;
    });
    this.#open = { lines: createInterface(process.stdout), process };
    return this.#open;
  }

  /** What the present shop said on its standard error. */
  get log(): string {
    return this.#log;
  }

  /**
   * Runs a module that serves a shop: `shop` itself, or one of controls/.
   *
   * @returns where the shop is, without a slash at the end
   */
  async start(module: string): Promise<string> {
    this.#log = "";
    const line = await this.#ask(`start ${module}`);
    if (!URL.canParse(line)) throw new Error(`${module} is not served:\n${this.#log}`);
    return line.replace(/\/$/, "");
  }

  /** Ends the present shop. */
  async stop(): Promise<void> {
    await this.#ask("stop");
  }

  /** Ends everything. */
  async close(): Promise<void> {
    if (!this.#open) return;
    const ended = once(this.#open.process, "exit");
    this.#open.process.stdin.end();
    await ended;
  }

  async #ask(command: string): Promise<string> {
    const { lines, process } = this.#opened();
    const answer = once(lines, "line", { signal: AbortSignal.timeout(LIMIT) });
    process.stdin.write(`${command}\n`);
    const [line] = await answer.catch((cause: unknown) => {
      throw new Error(`no answer to "${command}":\n${this.#log}`, { cause });
    });
    return String(line);
  }
}
