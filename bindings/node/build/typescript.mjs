// Compiles the TypeScript half to `dist`: with what the workspace has installed, or with a compiler and types that npm
// puts into a folder for as long as that takes.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("..", import.meta.url));
const options = ["--noEmit", "false", "--incremental", "false"];

/** What the compiler of a checkout needs that nobody has set up. */
const NEEDED = ["typescript@~6.0.3", "@types/node@^20.19.0", "@standard-schema/spec@^1.1.0"];

function run(command, parts, cwd) {
  const done = spawnSync(command, parts, {
    cwd,
    shell: process.platform === "win32",
    stdio: "inherit",
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

function compile(tsc, project) {
  rmSync(join(here, "dist"), { force: true, recursive: true });
  run(process.execPath, [tsc, "-p", project, ...options], here);
}

/** The compiler of the workspace, if it is set up. */
function found() {
  const require = createRequire(import.meta.url);
  try {
    require.resolve("@types/node/package.json");
    return require.resolve("typescript/bin/tsc");
  } catch {
    return undefined;
  }
}

const tsc = found();
if (tsc !== undefined) {
  compile(tsc, "tsconfig.build.json");
} else {
  const folder = mkdtempSync(join(tmpdir(), "mizan-"));
  process.on("exit", () => rmSync(folder, { force: true, recursive: true }));
  writeFileSync(join(folder, "package.json"), "{}");
  run(
    "npm",
    ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", folder, ...NEEDED],
    folder,
  );
  const modules = join(folder, "node_modules");
  const project = {
    compilerOptions: {
      outDir: join(here, "dist"),
      // The sources stand where they see none of its modules.
      paths: { "@standard-schema/spec": [join(modules, "@standard-schema/spec/dist/index.d.ts")] },
      rootDir: join(here, "ts"),
      typeRoots: [join(modules, "@types")],
    },
    extends: join(here, "tsconfig.build.json"),
    include: [join(here, "ts")],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(project));
  compile(join(modules, "typescript/bin/tsc"), join(folder, "tsconfig.json"));
}
