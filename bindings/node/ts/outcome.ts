// Turning results and errors into the texts that the native half reads (`src/answer.rs`).
import type { RunningCall, Target } from "./call.js";
import { DeclaredError, Invalid, MizanError } from "./errors.js";
import type { Served } from "./registration.js";
import type { Issue } from "./schema.js";
import { promiseOf } from "./waiting.js";

/** The answer for something that threw and is no answer by itself. */
export const THREW = "?";
/** The answer for a function that outran its limit. */
export const TIMED_OUT = "~";

function resultText(result: unknown): string {
  // Nothing is null on the wire. What JSON leaves out, such as a function, is no result of any type.
  const text = JSON.stringify(result ?? null) as string | undefined;
  if (text === undefined) throw new TypeError(`a ${typeof result} has no form in JSON`);
  return text;
}

/** The answer of a function that returned. */
export function returned(
  served: Served,
  args: unknown,
  result: unknown,
  call: RunningCall,
  targetName: (target: Target) => string,
): string {
  const text = resultText(result);
  if (served.narrow === undefined && call.changes === undefined) return text;
  const narrowing: unknown = served.narrow?.(result, args);
  const later = promiseOf(narrowing);
  if (later !== undefined) {
    later.catch(() => undefined);
    throw new TypeError("affectsParams returned a promise: it has to answer at once");
  }
  const params = paramsText(narrowing);
  return `+${params}\t${announced(call, targetName)}${text}`;
}

/** The text of params. What has none is left to the core to warn of: it narrows nothing then (SCOPE-6, SCOPE-7). */
function paramsText(params: unknown): string {
  try {
    return (JSON.stringify(params ?? null) as string | undefined) ?? "?";
  } catch {
    return "?";
  }
}

/** The answer of a function that did not return, with what it had said that it changed until then (STORE-7). */
export function ended(
  answer: string,
  call: RunningCall,
  targetName: (target: Target) => string,
): string {
  if (call.changes === undefined) return answer;
  return `@${announced(call, targetName)}${answer}`;
}

/** What a function has said that it changed: how many targets, then each. */
export function announced(call: RunningCall, targetName: (target: Target) => string): string {
  const changes = call.changes ?? [];
  let text = `${changes.length}\t`;
  for (const [target, by] of changes) {
    try {
      text += `${JSON.stringify(targetName(target))}\t${paramsText(by)}\t`;
    } catch {
      // What has no name is everything: more is forgotten than was meant, never less.
      text += '""\tnull\t';
    }
  }
  return text;
}

/** The answer for arguments that a schema refuses. */
export function invalid(issues: readonly Issue[]): string {
  return `!${JSON.stringify(["invalid", issues])}`;
}

/** The answer for an error that says what to answer; nothing for any other. */
export function known(error: unknown): string | undefined {
  if (error instanceof Invalid) return invalid(error.fields);
  if (error instanceof MizanError) {
    const { code, message, retryAfter } = error;
    return `!${JSON.stringify(["protocol", code, message || null, retryAfter ?? null])}`;
  }
  if (error instanceof DeclaredError) {
    const said = `!${JSON.stringify(["declared", error.code, error.message || error.code])}`;
    return error.data === undefined ? said : `${said}\t${resultText(error.data)}`;
  }
  return undefined;
}
