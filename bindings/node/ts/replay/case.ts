// A case and its parts: each member with its own text, since numbers would not survive `JSON.parse`; and why there is no
// answer to one.
import { Buffer } from "node:buffer";

/** What is no case of its kind. */
export class Malformed extends Error {}

/** A schema, a registration, an IR or settings that do not build. */
export class Unbuildable extends Error {}

/** What the core refuses. */
export class Refused extends Error {
  readonly code: string;
  /** JSON text. */
  readonly details: string | undefined;

  constructor(code: string, details?: string) {
    super(code);
    this.code = code;
    this.details = details;
  }
}

/** What the native half answers, unless it refuses. */
export function fine(text: string): string {
  if (text.startsWith("=")) return text.slice(1);
  const [code, details] = text.slice(1).split("\n") as [string, string?];
  throw new Refused(code, details);
}

/** What `make` makes. Throws `Unbuildable` where it throws. */
export function built<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new Unbuildable(error instanceof Error ? error.message : String(error));
  }
}

/** A value as JSON text. */
export const json = (value: unknown): string => JSON.stringify(value);

/** An object of members that are JSON text; one that is undefined is left out. */
export function object(members: Readonly<Record<string, string | undefined>>): string {
  const held = Object.entries(members).filter(([, text]) => text !== undefined);
  return `{${held.map(([name, text]) => `${json(name)}:${text}`).join(",")}}`;
}

/** A list of items that are JSON text. */
export const list = (items: readonly string[]): string => `[${items.join(",")}]`;

/** The bytes of a text, as hexadecimal text in JSON. */
export const hexOf = (text: Uint8Array | string): string =>
  json((typeof text === "string" ? Buffer.from(text) : Buffer.from(text)).toString("hex"));

/** The bytes of lower-case hexadecimal text. */
export function bytesOf(hex: string): Uint8Array {
  if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/.test(hex)) throw new Malformed("no hexadecimal text");
  return Buffer.from(hex, "hex");
}

const TOKEN = /"(?:[^"\\]+|\\.)*"|[[\]{}:,]|[^\s"[\]{}:,]+/g;

/** The texts between the commas of a list or an object. The text is JSON. */
function between(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === "{" || token === "[") {
      depth += 1;
      if (depth === 1) start = index + 1;
    } else if (token === "}" || token === "]") depth -= 1;
    const isEnd = (token === "," && depth === 1) || depth === 0;
    if (!isEnd) continue;
    const one = text.slice(start, index).trim();
    if (one !== "") found.push(one);
    start = index + 1;
  }
  return found;
}

/** The texts of a list's items. */
export function itemsOf(text: string): string[] {
  if (!text.startsWith("[")) throw new Malformed("no list");
  return between(text);
}

/** An object by the texts of its members. */
export class Part {
  readonly #members: ReadonlyMap<string, string>;

  constructor(members: ReadonlyMap<string, string>) {
    this.#members = members;
  }

  /** Reads the text of an object, JSON as the core reads it. */
  static of(text: string): Part {
    if (!text.startsWith("{")) throw new Malformed("no object");
    const members = new Map<string, string>();
    for (const member of between(text)) {
      const [key = ""] = /^"(?:[^"\\]+|\\.)*"/.exec(member) ?? [];
      members.set(
        JSON.parse(key) as string,
        member.slice(member.indexOf(":", key.length) + 1).trim(),
      );
    }
    return new Part(members);
  }

  /** The names of its members. */
  get names(): string[] {
    return [...this.#members.keys()];
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  /** The text of a member, where there is one. */
  find(name: string): string | undefined {
    return this.#members.get(name);
  }

  /** The text of a member. */
  raw(name: string): string {
    const text = this.#members.get(name);
    if (text === undefined) throw new Malformed(`no ${name}`);
    return text;
  }

  /** A member that is an object. */
  part(name: string): Part {
    return Part.of(this.raw(name));
  }

  /** The items of a member that is a list. */
  items(name: string): string[] {
    return itemsOf(this.raw(name));
  }

  /** A member that is text. */
  text(name: string): string {
    const value = JSON.parse(this.raw(name)) as unknown;
    if (typeof value !== "string") throw new Malformed(`${name} is no text`);
    return value;
  }

  /** A member that is text; none where it is null or absent. */
  maybeText(name: string): string | undefined {
    return (this.find(name) ?? "null") === "null" ? undefined : this.text(name);
  }

  /** A member that is a list of texts. */
  texts(name: string): string[] {
    const values = this.items(name).map((item) => JSON.parse(item) as unknown);
    if (!values.every((value) => typeof value === "string"))
      throw new Malformed(`${name} has no texts`);
    return values;
  }

  /** A member that is true or false. */
  flag(name: string): boolean {
    const text = this.raw(name);
    if (text !== "true" && text !== "false") throw new Malformed(`${name} is no flag`);
    return text === "true";
  }

  /** The same; false where it is absent. */
  isSet(name: string): boolean {
    return this.has(name) && this.flag(name);
  }

  /** A member that is an integer. */
  integer(name: string): number {
    const value = JSON.parse(this.raw(name)) as unknown;
    if (!Number.isSafeInteger(value)) throw new Malformed(`${name} is no integer`);
    return value as number;
  }

  /** A member that is bytes, in hexadecimal text. */
  bytes(name: string): Uint8Array {
    return bytesOf(this.text(name));
  }

  /** Refuses members of other names. */
  hasOnly(names: readonly string[]): void {
    if (!this.names.every((name) => names.includes(name))) throw new Malformed("an unknown member");
  }

  /** The same with those of another's members that it lacks itself. */
  or(other: Part, names: readonly string[]): Part {
    const members = new Map(this.#members);
    for (const name of names) {
      const text = other.find(name);
      if (text !== undefined && !members.has(name)) members.set(name, text);
    }
    return new Part(members);
  }
}
