// Makes JavaScript of the programs, and runs them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { build } from "esbuild";

const DIST = join(import.meta.dirname, "dist");

/** Builds all programs, for whatever Node or Bun runs them. */
export async function buildPrograms(): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, "programs/*.ts")],
    format: "esm",
    logLevel: "error",
    outdir: DIST,
    platform: "node",
    target: "node20",
  });
}

/** How a program ended, and what it said. */
export interface Ended {
  readonly status: number | string;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end, which comes within `limit` milliseconds or by force. */
export async function run(
  command: readonly [string, ...string[]],
  program: string,
  parts: readonly string[] = [],
  limit = 60_000,
): Promise<Ended> {
  const [runtime, ...flags] = command;
  const child = spawn(runtime, [...flags, join(DIST, program), ...parts], {
    killSignal: "SIGKILL",
    timeout: limit,
  });
  const said = { err: "", out: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.err += text;
  });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { ...said, status: code ?? signal ?? "" };
}
