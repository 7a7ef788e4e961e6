// A reply taken apart (`src/frame.rs`): each character of its text is a byte.
import { native } from "./native.js";

/** A reply as a front sends it. */
export interface Reply {
  readonly status: number;
  /** Names and values, one after the other. */
  readonly headers: string[];
  /** The body, each character a byte. */
  readonly body: string;
}

/** The head of replies that differ in few values only (`src/forms.rs`). */
interface Form {
  readonly status: number;
  /** Names and values, one after the other; a value that each reply has itself is empty. */
  readonly headers: readonly string[];
  /** Where those values belong. */
  readonly open: readonly number[];
}

/** The character of the first form; before it are those of statuses. */
const FIRST = 64;

/** By application, then by character. */
const FORMS: (Form | undefined)[][] = [];

function formOf(application: number, character: number): Form {
  FORMS[application] ??= [];
  const forms = FORMS[application];
  const held = forms[character];
  if (held !== undefined) return held;
  const [status, ...fields] = native.replyForm(application, character).split("\n");
  const open: number[] = [];
  for (let at = 1; at < fields.length; at += 2) {
    if (fields[at] === "-") open.push(at);
    fields[at] = (fields[at] as string).slice(1);
  }
  const form = { headers: fields, open, status: Number(status) };
  forms[character] = form;
  return form;
}

/** Takes the text of a reply of that application's apart. */
export function readReply(application: number, text: string): Reply {
  const character = text.charCodeAt(1);
  if (character < FIRST) return readWhole(text);
  const form = FORMS[application]?.[character] ?? formOf(application, character);
  const headers = form.headers.slice();
  let at = 2;
  for (const place of form.open) {
    const end = text.indexOf("\n", at);
    headers[place] = text.slice(at, end);
    at = end + 1;
  }
  return { body: text.slice(at), headers, status: form.status };
}

/** Takes a reply apart whose head is written out. */
function readWhole(text: string): Reply {
  const first = text.indexOf("\n");
  const end = text.indexOf("\n\n", first);
  return {
    body: text.slice(end + 2),
    headers: text.slice(first + 1, end).split("\n"),
    status: Number(text.slice(1, first)),
  };
}
