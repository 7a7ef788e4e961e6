// The same shop on other back ends, each started for a test by its own command, on a free loopback port.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const ROOT = join(import.meta.dirname, "../..");
/** Where cargo builds. */
const TARGET = process.env["CARGO_TARGET_DIR"] ?? join(ROOT, "target");
/** Milliseconds for a shop to say where it is. */
const LIMIT = 30_000;

/** A folder of examples/, and the command that serves there: its first line is the shop's URL. */
const COMMANDS: Record<string, { folder: string; command: string[] }> = {
  "shop-axum": {
    folder: "shop-axum",
    command: [join(TARGET, "debug/shop-axum"), "--port", "0"],
  },
  "shop-django": {
    folder: "shop-django",
    command: [join(ROOT, ".venv/bin/python"), "serve.py", "--port", "0"],
  },
  "shop-node": {
    folder: "shop-node",
    command: [process.execPath, "dist/serve.js", "--port", "0"],
  },
};

/** Whether that is one of them. */
export function isSibling(backend: string): boolean {
  return backend in COMMANDS;
}

/** One shop that runs. */
export class Sibling {
  readonly #process: ChildProcessWithoutNullStreams;
  #log = "";

  private constructor(process: ChildProcessWithoutNullStreams) {
    this.#process = process;
    process.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#log += text;
    });
  }

  /**
   * Serves one.
   *
   * @returns it, and where it is, without a slash at the end
   */
  static async start(backend: string): Promise<[Sibling, string]> {
    const held = COMMANDS[backend];
    const [program, ...rest] = held?.command ?? [];
    if (held === undefined || program === undefined) throw new Error(`no shop ${backend}`);
    const child = spawn(program, rest, { cwd: join(ROOT, "examples", held.folder) });
    const sibling = new Sibling(child);
    const lines = createInterface(child.stdout);
    const ended = once(child, "exit").then(() => [""]);
    const said = once(lines, "line", { signal: AbortSignal.timeout(LIMIT) });
    const [line] = await Promise.race([said, ended]).catch(() => [""]);
    if (!URL.canParse(String(line))) throw new Error(`${backend} is not served:\n${sibling.log}`);
    return [sibling, String(line).replace(/\/$/, "")];
  }

  /** What it said on its standard error. */
  get log(): string {
    return this.#log;
  }

  /** Ends it as anybody would. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    await ended;
  }
}
