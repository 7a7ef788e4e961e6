// Turning results and errors into the texts that the native half reads (`src/answer.rs`).
import type { RunningCall, Target } from "./call.js";
import { DeclaredError, Invalid, MizanError } from "./errors.js";
import type { Served } from "./registration.js";
import type { Issue } from "./schema.js";

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
  if (served.narrow === undefined && call.changes === undefined) return `=${text}`;
  const params = served.narrow?.(result, args) ?? null;
  const targets = (call.changes ?? []).map(([target, by]) => [targetName(target), by]);
  return `+${JSON.stringify([params, targets])}\t${text}`;
}

/** The answer of a function that did not return, with what it had said that it changed until then (STORE-7). */
export function ended(
  answer: string,
  call: RunningCall,
  targetName: (target: Target) => string,
): string {
  if (call.changes === undefined) return answer;
  return `@${announced(call, targetName)}\t${answer}`;
}

/** What a function has said that it changed, as a JSON list of targets. */
export function announced(call: RunningCall, targetName: (target: Target) => string): string {
  const targets = (call.changes ?? []).map(([target, by]) => {
    try {
      return JSON.stringify([targetName(target), by]);
    } catch {
      // What has no name or no form in JSON is everything: more is forgotten than was meant, never less.
      return '["",null]';
    }
  });
  return `[${targets.join(",")}]`;
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
