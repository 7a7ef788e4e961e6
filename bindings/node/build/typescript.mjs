// Compiles the TypeScript half to `dist`, with the compiler of the workspace, or one that npm fetches where there is none.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("..", import.meta.url));
const options = ["-p", "tsconfig.build.json", "--noEmit", "false", "--incremental", "false"];

function compiler() {
  try {
    return [process.execPath, createRequire(import.meta.url).resolve("typescript/bin/tsc")];
  } catch {
    return [
      "npm",
      "exec",
      "--yes",
      "--package=typescript@~6.0.3",
      "--package=@types/node@^20.19.0",
      "--",
      "tsc",
    ];
  }
}

rmSync(join(here, "dist"), { force: true, recursive: true });
const [command, ...parts] = compiler();
const done = spawnSync(command, [...parts, ...options], { cwd: here, stdio: "inherit" });
process.exit(done.status ?? 1);
