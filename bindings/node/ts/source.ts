// Where in the application's own sources something was declared.
import { isAbsolute, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** A place in a source file. */
export interface Source {
  /** The file as seen from the working directory, with `/`; one outside of it stays absolute. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** The place of the call of `callee` that runs now; none where the engine does not say. */
export function callerSource(callee: (...parts: never[]) => unknown): Source | undefined {
  const held: { stack?: string } = {};
  Error.captureStackTrace(held, callee);
  for (const line of (held.stack ?? "").split("\n")) {
    const found =
      /^\s*at (?:.* \()?(?<file>(?:file:\/\/)?\/.+?|[A-Za-z]:[\\/].+?):(?<line>\d+)(?::\d+)?\)?$/.exec(
        line,
      );
    const { file, line: number } = found?.groups ?? {};
    if (file !== undefined && number !== undefined) {
      return { file: relativeFile(file), line: Number(number) };
    }
  }
  return undefined;
}

function relativeFile(file: string): string {
  const path = file.startsWith("file://") ? fileURLToPath(file) : file;
  const near = relative(process.cwd(), path);
  const isOutside = near.startsWith("..") || isAbsolute(near);
  return (isOutside ? path : near).split(sep).join("/");
}
