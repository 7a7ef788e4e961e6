// Which native half is loaded: that of a checkout, or the one that was published for the platform.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { platformPackage } from "../ts/platform.js";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const BUILT = join(PACKAGE, "mizan.node");
const PROGRAM = `import { client, createMizan } from "@mizan/server";
process.stdout.write(createMizan({ functions: { ping: client({}, () => undefined) } }).ir());`;

let folder = "";

afterEach(() => rmSync(folder, { force: true, recursive: true }));

/** What a project prints that has the package installed: each library is a good one, a broken one, or not there. */
function run(given: { beside?: string; isCheckout: boolean; platform?: string }) {
  folder = mkdtempSync(join(tmpdir(), "mizan-loader-"));
  const server = join(folder, "node_modules/@mizan/server");
  const platform = join(folder, "node_modules", platformPackage().name);
  for (const part of ["package.json", "dist"])
    cpSync(join(PACKAGE, part), join(server, part), { recursive: true });
  if (given.isCheckout) mkdirSync(join(server, "ts"));
  put(given.beside, join(server, "mizan.node"));
  put(given.platform, join(platform, "mizan.node"));
  if (given.platform !== undefined)
    writeFileSync(join(platform, "package.json"), '{"main":"mizan.node"}');
  const file = join(folder, "program.mjs");
  writeFileSync(file, PROGRAM);
  return spawnSync(process.execPath, [file], { encoding: "utf8" });
}

const BROKEN = "broken";
const GOOD = "good";

function put(kind: string | undefined, place: string): void {
  if (kind === undefined) return;
  mkdirSync(dirname(place), { recursive: true });
  if (kind === GOOD) symlinkSync(BUILT, place);
  else writeFileSync(place, "no library");
}

test("a published package takes that of its platform, whatever lies beside it", () => {
  const { stderr, stdout } = run({ beside: BROKEN, isCheckout: false, platform: GOOD });
  expect(stderr).toBe("");
  expect(stdout).toContain("ping");
});

test("a published package takes nothing that lies beside it", () => {
  const { status, stderr } = run({ beside: GOOD, isCheckout: false });
  expect(status).toBe(1);
  expect(stderr).toContain(`help: install ${platformPackage().name}`);
});

test("a checkout takes its own, whatever the registry has", () => {
  const { stderr, stdout } = run({ beside: GOOD, isCheckout: true, platform: BROKEN });
  expect(stderr).toBe("");
  expect(stdout).toContain("ping");
});

test("a checkout that was not built takes nothing of the registry's", () => {
  const { status, stderr } = run({ isCheckout: true, platform: GOOD });
  expect(status).toBe(1);
  expect(stderr).toContain("help: build it, with Rust");
});

test("the platform package is loaded as it is published", () => {
  folder = mkdtempSync(join(tmpdir(), "mizan-loader-"));
  const server = join(folder, "node_modules/@mizan/server");
  for (const part of ["package.json", "dist"])
    cpSync(join(PACKAGE, part), join(server, part), { recursive: true });
  const { name } = platformPackage();
  const place = join(folder, "node_modules", name);
  const script = join(PACKAGE, "build/platform.mjs");
  const said = execFileSync(process.execPath, [script, place, BUILT], { encoding: "utf8" });
  expect(said).toContain(`"${name}": "`);
  const file = join(folder, "program.mjs");
  writeFileSync(file, PROGRAM);
  const { stderr, stdout } = spawnSync(process.execPath, [file], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(stdout).toContain("ping");
});
