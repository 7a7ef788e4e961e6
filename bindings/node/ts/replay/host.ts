// The host of an exchange case: who asks, what guards say and how functions end, in the texts that the native half reads
// (`src/answer.rs`).
import { itemsOf, json, list, Malformed, Part } from "./case.js";

const MOST_LETTERS = 4 * 2 ** 20;

/** The members of a case that say what a host does, and what a request of several may leave to the case. */
export const SHARED: readonly string[] = [
  "now",
  "secure",
  "identity",
  "permissions",
  "guards",
  "outcomes",
];

/** The text of a failure; none where there is none. */
function failure(held: Part): string | undefined {
  const message = (error: Part) => (error.has("message") ? json(error.text("message")) : "null");
  if (held.has("protocol")) {
    const error = held.part("protocol");
    const retry = error.has("retry_after") ? json(error.integer("retry_after")) : "null";
    return `!${list(['"protocol"', json(error.text("code")), message(error), retry])}`;
  }
  if (held.has("declared")) {
    const error = held.part("declared");
    const said = ['"declared"', json(error.text("code")), json(error.text("message"))];
    return `!${list(said)}${error.has("data") ? `\t${error.raw("data")}` : ""}`;
  }
  if (held.has("invalid")) {
    const entries = held.items("invalid").map((text) => {
      const entry = Part.of(text);
      return list([list(itemsOf(entry.raw("path"))), json(entry.text("message"))]);
    });
    return `!${list(['"invalid"', list(entries)])}`;
  }
  return held.has("raised") ? "?" : undefined;
}

function failed(text: string): string {
  const found = failure(Part.of(text));
  if (found === undefined) throw new Malformed("no failure");
  return found;
}

/** Who asks. */
export function caller(given: Part): string {
  const text = given.find("identity") ?? "null";
  if (text === "null") return "-";
  const held = Part.of(text);
  return failure(held) ?? `=${identity(held)}`;
}

/** An identity; its permissions are null where they are left open. */
export function identity(held: Part): string {
  const open = held.find("permissions") === "null";
  const named = held.has("permissions") && !open ? held.texts("permissions") : [];
  return json([
    held.text("sub"),
    held.isSet("staff"),
    held.isSet("superuser"),
    open ? null : named,
    held.has("session") ? held.text("session") : null,
  ]);
}

/** What the caller whom a token names is allowed. */
export function permissions(given: Part): string {
  const text = given.find("permissions") ?? "null";
  if (text === "null") return "-";
  return text.startsWith("[") ? `=${json(given.texts("permissions"))}` : failed(text);
}

/** What the guard of that name says; one that the case does not know refuses. */
export function decision(given: Part, name: string): string {
  const text = given.has("guards") ? given.part("guards").find(name) : undefined;
  if (text === undefined || text === "false") return "-";
  return text === "true" ? "=" : failed(text);
}

/** How the function of that name ends; one that the case does not know throws. */
export function outcome(given: Part, name: string): string {
  const text = given.has("outcomes") ? given.part("outcomes").find(name) : undefined;
  if (text === undefined) return "?";
  const held = Part.of(text);
  const targets = held.has("invalidate") ? held.items("invalidate").map(target) : [];
  const found = held.find("timed_out") === "true" ? "~" : failure(held);
  if (found !== undefined) return targets.length > 0 ? `@${counted(targets)}${found}` : found;
  const printed = result(held);
  if (!(held.has("params") || held.has("invalidate"))) return printed;
  return `+${held.find("params") ?? "null"}\t${counted(targets)}${printed}`;
}

function target(text: string): string {
  const held = Part.of(text);
  return `${json(held.text("name"))}\t${held.find("params") ?? "null"}\t`;
}

function counted(targets: readonly string[]): string {
  return `${targets.length}\t${targets.join("")}`;
}

/** The text of a result: its own, that of so many letters, or that which JavaScript prints for its value. */
function result(held: Part): string {
  if (held.has("text")) return held.text("text");
  if (!held.has("letters")) return json(JSON.parse(held.raw("result")));
  const count = held.integer("letters");
  if (count < 0 || count > MOST_LETTERS) throw new Malformed("too many letters");
  return json("x".repeat(count));
}
