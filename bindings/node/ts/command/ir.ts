// `mizan ir`: finds an application in a module and prints its IR.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const USAGE = `\
Print the IR of an application.

Usage: mizan ir FILE[#EXPORT] [--sources] [--traceback]

Arguments:
  FILE#EXPORT  where the result of createMizan is found: ./src/api.mjs#mizan. Without #EXPORT, the only one that the
               module exports

Options:
  --sources    add a comment for each function that says where it was declared
  --traceback  show the whole stack of an error in the module
  --help       show this
`;

/** Where a command writes to. */
export interface Output {
  write(text: string): unknown;
}

/** Why nothing is printed: what is wrong and what to do. */
class Refusal extends Error {
  constructor(problem: string, fix: string) {
    super(`mizan ir: ${problem}\n  help: ${fix}`);
  }
}

interface PrintsIr {
  ir(): string;
  irWithSources(): string;
}

type Module = Readonly<Record<string, unknown>>;

/**
 * Runs `mizan ir`; the exit status.
 *
 * @param parts What stands after `ir`.
 */
export async function emitIr(parts: readonly string[], out: Output, err: Output): Promise<number> {
  const options = parts.filter((part) => part.startsWith("-"));
  const names = parts.filter((part) => !part.startsWith("-"));
  if (options.includes("--help") || options.includes("-h")) {
    out.write(USAGE);
    return 0;
  }
  const unknown = options.find((option) => option !== "--sources" && option !== "--traceback");
  try {
    if (unknown !== undefined)
      throw new Refusal(`there is no option ${unknown}`, "see `mizan ir --help`");
    const [name] = names;
    if (name === undefined || names.length > 1)
      throw new Refusal("name one application", "as in `mizan ir ./src/api.mjs#mizan`");
    const tell = (text: string) => err.write(`${text}\n`);
    const found = await find(name, tell, options.includes("--traceback"));
    out.write(options.includes("--sources") ? found.irWithSources() : found.ir());
    return 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    err.write(`${error.message}\n`);
    return 1;
  }
}

async function find(
  name: string,
  tell: (text: string) => void,
  showsStack: boolean,
): Promise<PrintsIr> {
  const at = name.lastIndexOf("#");
  const file = at < 0 ? name : name.slice(0, at);
  const module = await load(file, tell, showsStack);
  if (at < 0) {
    const [one, ...more] = offered(module);
    if (one === undefined || more.length > 0)
      throw new Refusal(`${file} does not say which application is meant`, offers(file, module));
    return one[1];
  }
  let found: unknown = module;
  for (const part of name.slice(at + 1).split(".")) {
    if (typeof found !== "object" || found === null || !(part in found))
      throw new Refusal(`${file} exports no '${name.slice(at + 1)}'`, offers(file, module));
    found = (found as Module)[part];
  }
  if (!printsIr(found))
    throw new Refusal(`${name} is no result of createMizan`, offers(file, module));
  return found;
}

async function load(
  file: string,
  tell: (text: string) => void,
  showsStack: boolean,
): Promise<Module> {
  const path = file.startsWith("file:") ? fileURLToPath(file) : resolve(file);
  if (!existsSync(path))
    throw new Refusal(
      `there is no file ${path}`,
      "name a file of the application, as seen from this folder: ./src/api.mjs#mizan",
    );
  try {
    return (await import(pathToFileURL(path).href)) as Module;
  } catch (error) {
    if (showsStack && error instanceof Error) tell(error.stack ?? error.message);
    if (error instanceof Error && error.name === "RegistrationError") {
      tell(error.message);
      throw new Refusal(
        `${file} declares what cannot be served`,
        "mend the above, then run it again",
      );
    }
    throw failed(file, path, error);
  }
}

function failed(file: string, path: string, error: unknown): Refusal {
  const { code } = error as { code?: unknown };
  if (code === "ERR_UNKNOWN_FILE_EXTENSION") {
    return new Refusal(
      `this Node, ${process.version}, does not run ${file}`,
      "name the compiled module, use Node 22.18 or later, or run it with a loader: NODE_OPTIONS=--import=tsx",
    );
  }
  const place = (error instanceof SyntaxError ? syntaxPlace(path) : stackPlace(error)) ?? path;
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const [line] = what.split("\n");
  return new Refusal(
    `importing ${file} failed at ${place}: ${line}`,
    "mend it; --traceback shows the way there",
  );
}

/** Where the error was thrown, in code that is neither the engine's nor this package's. */
function stackPlace(error: unknown): string | undefined {
  const own = new URL("..", import.meta.url).href;
  const lines = (error instanceof Error ? (error.stack ?? "") : "").split("\n");
  for (const line of lines) {
    const found =
      /(?:\(|at (?:async )?)(?<file>file:\/\/.+?|\/.+?|[A-Za-z]:\\.+?):(?<line>\d+):\d+\)?$/.exec(
        line,
      )?.groups;
    if (found?.["file"] === undefined || found["file"].startsWith(own)) continue;
    const { file, line: number } = found as { file: string; line: string };
    return `${file.startsWith("file:") ? fileURLToPath(file) : file}:${number}`;
  }
  return undefined;
}

/** Where Node itself says that a file cannot be read: the error of an import does not tell. */
function syntaxPlace(path: string): string | undefined {
  const { stderr } = spawnSync(process.execPath, ["--check", path], { encoding: "utf8" });
  const found = /^(?<file>.+):(?<line>\d+)$/m.exec(stderr)?.groups;
  if (found === undefined) return undefined;
  const { file, line } = found as { file: string; line: string };
  return `${file.startsWith("file:") ? fileURLToPath(file) : file}:${line}`;
}

function printsIr(value: unknown): value is PrintsIr {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Partial<PrintsIr>).irWithSources === "function"
  );
}

/** What of a module's exports are applications; one that has two names is one. */
function offered(module: Module): [string, PrintsIr][] {
  const found = new Map<PrintsIr, string>();
  for (const [name, value] of Object.entries(module)) {
    if (printsIr(value) && !found.has(value)) found.set(value, name);
  }
  return [...found].map(([value, name]) => [name, value]);
}

function offers(file: string, module: Module): string {
  const names = offered(module).map(([name]) => `${file}#${name}`);
  return names.length === 0
    ? "export one: `export const mizan = createMizan({ functions })`"
    : `it has ${names.join(", ")}`;
}
