// Builds the native half from its sources and puts it beside the package. `MIZAN_ADDON_PROFILE` names the profile of
// Cargo: `release` where nothing is said, `dev` for tests.
import { spawnSync } from "node:child_process";
import { copyFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("..", import.meta.url));
const profile = process.env.MIZAN_ADDON_PROFILE ?? "release";

const parts = [
  "build",
  "--locked",
  "--package",
  "mizan-node",
  "--profile",
  profile,
  "--message-format",
  "json-render-diagnostics",
];
const done = spawnSync("cargo", parts, {
  cwd: here,
  encoding: "utf8",
  maxBuffer: 2 ** 28,
  stdio: ["ignore", "pipe", "inherit"],
});
if (done.error?.code === "ENOENT") {
  process.stderr.write(
    "@mizan/server is built from source here, and there is no cargo\n  help: install Rust, https://rustup.rs\n",
  );
  process.exit(1);
}
if (done.status !== 0) process.exit(done.status ?? 1);

const artifact = done.stdout
  .split("\n")
  .filter((line) => line.startsWith("{"))
  .map((line) => JSON.parse(line))
  .findLast(
    (message) => message.reason === "compiler-artifact" && message.target.name === "mizan_node",
  );
const library = artifact?.filenames.find((name) => /\.(?:so|dylib|dll)$/.test(name));
if (library === undefined) {
  process.stderr.write("cargo built no library\n");
  process.exit(1);
}
// A process that has loaded the old one keeps it: the new one is another file.
copyFileSync(library, join(here, "mizan.node.new"));
renameSync(join(here, "mizan.node.new"), join(here, "mizan.node"));
