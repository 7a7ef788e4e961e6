// The steps that run functions, as texts: taken apart, and answered.
import { native } from "./native.js";

/** Arguments that are the same as those before (`src/frame.rs`). */
const SAME = 1;
/** What parts the answers of functions. No JSON text holds it. */
const BETWEEN = "\x1e";

/** Takes such a step apart: its number, then for each call a function, a limit, files, and arguments. */
export function readCalls(step: string): unknown[] {
  const items = JSON.parse(step) as unknown[];
  // Members of a bundle mostly receive the same. Each has its own copy, which it may change.
  for (let at = 8; at < items.length; at += 4) {
    if (items[at] === SAME) items[at] = { ...(items[at - 4] as object) };
  }
  return items;
}

/** Answers the step of that number; the next one. */
export function answerCalls(
  application: number,
  number: number,
  answers: readonly string[],
): string {
  const [first = ""] = answers;
  const text = answers.length === 1 ? first : answers.join(BETWEEN);
  return native.returned(application, number, text);
}
