// What npm runs after it has put the package somewhere: nothing where there is a library already, here or in a platform
// package; else both halves are built from their sources.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("..", import.meta.url));
const workspace = resolve(here, "../..");

// A published package has what it needs but for a library of a platform that none is published for.
const isCheckout = existsSync(resolve(here, "ts"));
// A checkout's own `npm ci` sets up its tools. What is built there, `make` builds.
const isOfWorkspace =
  resolve(process.env.INIT_CWD ?? here) === workspace && existsSync(resolve(workspace, "Makefile"));

if (isCheckout && !isOfWorkspace) {
  for (const script of ["addon.mjs", "typescript.mjs"]) {
    const done = spawnSync(
      process.execPath,
      [resolve(dirname(fileURLToPath(import.meta.url)), script)],
      { stdio: "inherit" },
    );
    if (done.status !== 0) process.exit(done.status ?? 1);
  }
}
