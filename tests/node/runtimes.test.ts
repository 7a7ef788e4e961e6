// The package loads and works in each runtime that it is for.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { buildPrograms, run } from "./programs.js";

const INSTALLED = join(import.meta.dirname, "runtimes/node_modules");
const isArm = process.arch === "arm64";
const node = (major: number) =>
  join(INSTALLED, `node${major}-linux-${isArm ? "arm64" : "x64"}/bin/node`);
/** What runs, and how its version begins. */
const RUNTIMES = {
  "Node 20": [node(20), "v20."],
  "Node 22": [node(22), "v22."],
  Bun: [join(INSTALLED, `@oven/bun-linux-${isArm ? "aarch64" : "x64"}/bin/bun`), "1."],
} as const;
const CHECKS = ["a call", "a hit", "a mutation", "a file", "a token", "an error", "a server"];

beforeAll(buildPrograms);

test.each(Object.entries(RUNTIMES))("the package works in %s", async (_, [command, version]) => {
  const { stdout } = await promisify(execFile)(command, ["--version"]);
  expect(stdout.startsWith(version)).toBe(true);
  const { err, out, status } = await run([command], "smoke.js");
  expect({ err, said: out.trim().split("\n"), status }).toEqual({
    err: "",
    said: CHECKS,
    status: 0,
  });
});
