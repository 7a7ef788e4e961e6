// The `mizan` command of the package, as a process.
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const PACKAGE = resolve(import.meta.dirname, "..");
let folder: string;

const SHOP = `import { client, createMizan } from "@mizan/server";

const double = client(
  { input: { n: SCHEMA }, output: SCHEMA },
  (_, { n }) => 2 * n,
);
export const mizan = createMizan({ functions: { double } });
export const held = { mizan };
export const port = 80;
setInterval(() => undefined, 1000);
`;
// A schema by hand: the folder has no library of them.
const INT =
  "{ '~standard': { jsonSchema: { input: () => INT, output: () => INT }, vendor: 'x', version: 1 } }";

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "mizan-command-")));
  mkdirSync(join(folder, "node_modules/@mizan"), { recursive: true });
  symlinkSync(PACKAGE, join(folder, "node_modules/@mizan/server"));
  // As npm links it.
  mkdirSync(join(folder, "node_modules/.bin"));
  symlinkSync(join(PACKAGE, "bin/mizan.mjs"), join(folder, "node_modules/.bin/mizan"));
  const shop = `const INT = { type: "integer" };\n${SHOP.replaceAll("SCHEMA", INT)}`;
  write("shop.mjs", shop);
  write(
    "two.mjs",
    shop.replace(
      "export const port",
      "export const other = createMizan({ functions: { double } });\nexport const port",
    ),
  );
  write("none.mjs", "export const port = 80;\n");
  write("throws.mjs", "export const port = 80;\nnull.port;\n");
  write("syntax.mjs", "export const port = 80;\nexport const host = ;\n");
  write("lacks.mjs", 'import "left-pad";\n');
  write(
    "bad.mjs",
    'import { client, createMizan } from "@mizan/server";\nconst go = client({ affects: "x" }, () => undefined);\nexport const mizan = createMizan({ functions: { go } });\n',
  );
});

afterAll(() => rmSync(folder, { force: true, recursive: true }));

interface Done {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function run(...parts: string[]): Done {
  const command = join(PACKAGE, "bin/mizan.mjs");
  const { status, stderr, stdout } = spawnSync(process.execPath, [command, ...parts], {
    cwd: folder,
    encoding: "utf8",
    env: {
      ...process.env,
      PATH: `${join(folder, "node_modules/.bin")}:${process.env["PATH"]}`,
    },
    timeout: 60_000,
  });
  return { err: stderr, out: stdout, status };
}

const IR = `mizan version=1

function "double" {
    input { field "n" { integer } }
    output { integer }
}
`;

test.each(["./shop.mjs#mizan", "shop.mjs#held.mizan", "./shop.mjs"])(
  "the IR of %s is printed, and the process ends",
  (name) => {
    expect(run("ir", name)).toEqual({ err: "", out: IR, status: 0 });
  },
);

test("sources are added where they are asked for", () => {
  const { out } = run("ir", "./shop.mjs", "--sources");
  expect(out).toBe(`${IR}//@ source "double" "shop.mjs" 4\n`);
});

test.each([
  [[], "name one application\n  help: as in `mizan ir ./src/api.mjs#mizan`"],
  [["a", "b"], "name one application\n  help: as in `mizan ir ./src/api.mjs#mizan`"],
  [["--loud"], "there is no option --loud\n  help: see `mizan ir --help`"],
  [
    ["./web.mjs#mizan"],
    "there is no file FOLDER/web.mjs\n  help: name a file of the application, as seen from this folder: ./src/api.mjs#mizan",
  ],
  [["./shop.mjs#missing"], "./shop.mjs exports no 'missing'\n  help: it has ./shop.mjs#mizan"],
  [
    ["./shop.mjs#port"],
    "./shop.mjs#port is no result of createMizan\n  help: it has ./shop.mjs#mizan",
  ],
  [
    ["./two.mjs"],
    "./two.mjs does not say which application is meant\n  help: it has ./two.mjs#mizan, ./two.mjs#other",
  ],
  [
    ["./none.mjs"],
    "./none.mjs does not say which application is meant\n  help: export one: `export const mizan = createMizan({ functions })`",
  ],
  [
    ["./throws.mjs"],
    "importing ./throws.mjs failed at FOLDER/throws.mjs:2: TypeError: Cannot read properties of null (reading 'port')\n  help: mend it; --traceback shows the way there",
  ],
  [
    ["./syntax.mjs"],
    "importing ./syntax.mjs failed at FOLDER/syntax.mjs:2: SyntaxError: Unexpected token ';'\n  help: mend it; --traceback shows the way there",
  ],
  [
    ["./lacks.mjs"],
    "importing ./lacks.mjs failed at FOLDER/lacks.mjs: Error: Cannot find package 'left-pad' imported from FOLDER/lacks.mjs\n  help: mend it; --traceback shows the way there",
  ],
])("mizan ir %j says what is wrong and what to do", (parts, said) => {
  const err = `mizan ir: ${said.replaceAll("FOLDER", folder)}\n`;
  expect(run("ir", ...parts)).toEqual({ err, out: "", status: 1 });
});

test("what cannot be served is told with its place", () => {
  const { err, status } = run("ir", "./bad.mjs");
  expect(status).toBe(1);
  expect(err).toMatch(/^bad\.mjs:2: go: affects "x"/);
  expect(err).toContain("mizan ir: ./bad.mjs declares what cannot be served\n");
});

test("the whole stack is shown where it is asked for", () => {
  expect(run("ir", "./throws.mjs", "--traceback").err).toMatch(/^TypeError: .*\n {4}at /);
});

test("help is one of the command, and of mizan ir", () => {
  expect(run("--help").out).toContain("openapi");
  expect(run("ir", "--help")).toMatchObject({ err: "", status: 0 });
  expect(run("nonsense").status).toBe(2);
});

test("clients, a manifest and OpenAPI are written from the IR that the command prints", () => {
  expect(run("init", "--command", "mizan ir ./shop.mjs#mizan --sources").status).toBe(0);
  expect(run("generate")).toMatchObject({ err: "", status: 0 });
  expect(readFileSync(join(folder, "src/api/functions.ts"), "utf8")).toContain("double");
  expect(run("generate", "--check").status).toBe(0);
  expect(JSON.parse(run("manifest").out)).toMatchObject({ base_url: "/api/mizan" });
  expect(JSON.parse(run("openapi").out)).toMatchObject({ openapi: "3.1.0" });
  write("old.kdl", IR.replace("double", "triple"));
  write("new.kdl", IR);
  expect(run("check", "new.kdl", "old.kdl").status).toBe(1);
});
