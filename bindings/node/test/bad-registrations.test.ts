// Ten declarations that cannot be served: what their author reads names the function, the place, and the fix.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const BAD = join(import.meta.dirname, "bad");
const COMMAND = join(import.meta.dirname, "../bin/mizan.mjs");
const NAMES = [
  "ambiguous_union",
  "bad_name",
  "bad_pattern",
  "context_with_affects",
  "duplicate_name",
  "no_schema",
  "two_shapes_for_one_param",
  "unknown_affects",
  "unsafe_default",
  "unsupported_keyword",
];

const read = (name: string) => readFileSync(join(BAD, name), "utf8");

test("each has its snapshot", () => {
  const files = readdirSync(BAD).sort();
  expect(files).toEqual(NAMES.flatMap((name) => [`${name}.mjs`, `${name}.txt`]));
});

describe.each(NAMES)("%s", (name) => {
  test("is told by the command with the text of the snapshot, and nothing else", () => {
    const parts = [COMMAND, "ir", `./${name}.mjs#mizan`];
    const done = spawnSync(process.execPath, parts, { cwd: BAD, encoding: "utf8" });
    expect([done.status, done.stdout]).toEqual([1, ""]);
    expect(done.stderr).toBe(
      `${read(`${name}.txt`)}mizan ir: ./${name}.mjs declares what cannot be served\n` +
        "  help: mend the above, then run it again\n",
    );
  });

  test("is told where the function is declared", () => {
    const form = /^(?<file>[a-z_]+\.mjs):(?<line>\d+): (?<name>[a-zA-Z_]+): .*\n {2}help: ./;
    const found = form.exec(read(`${name}.txt`))?.groups as Record<string, string>;
    const line = read(found["file"] as string).split("\n")[Number(found["line"]) - 1];
    expect(line).toMatch(/^const \w+ = client\(/);
    const [, declared = ""] = /^const (\w+) =/.exec(line ?? "") ?? [];
    const wire = declared.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();
    expect(line?.includes(`name: "${found["name"]}"`) || wire === found["name"]).toBe(true);
  });
});
