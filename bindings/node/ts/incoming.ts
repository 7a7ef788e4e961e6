// A request as the application sees it, whichever front it came through.

/** A request as it came in. */
export interface Incoming {
  readonly method: string;
  /** The path and what stands after `?`, as they were sent. */
  readonly target: string;
  readonly headers: Headers;
  /** The value of a cookie; none where it was not sent. */
  cookie(name: string): string | undefined;
  /** What came as its body, whole, for the function of a page, which reads it itself (PAGE-3); empty where there is none. */
  readonly body: Uint8Array;
  /** What the front itself got: a `Request`, an `IncomingMessage`, or Express's request. */
  readonly raw: unknown;
}

/** What a front hands on. */
export interface Arrival {
  readonly method: string;
  readonly target: string;
  /** Whether it came over TLS. */
  readonly secure: boolean;
  /** The body, and one byte more than its limit of a longer one. */
  readonly body: Uint8Array | undefined;
  readonly raw: unknown;
  /** Its header fields, in pairs; asked for where the application wants them. */
  headers(): Headers;
  /** Receives the text of the reply (`src/frame.rs`), once. */
  settle(reply: string): void;
}

const NOTHING = new Uint8Array(0);

/** The request of an arrival; what it holds is made when it is asked for. */
export class LazyIncoming implements Incoming {
  readonly #arrival: Arrival;
  #headers: Headers | undefined;

  constructor(arrival: Arrival) {
    this.#arrival = arrival;
  }

  get method(): string {
    return this.#arrival.method;
  }

  get target(): string {
    return this.#arrival.target;
  }

  get body(): Uint8Array {
    return this.#arrival.body ?? NOTHING;
  }

  get raw(): unknown {
    return this.#arrival.raw;
  }

  get headers(): Headers {
    this.#headers ??= this.#arrival.headers();
    return this.#headers;
  }

  cookie(name: string): string | undefined {
    for (const part of (this.headers.get("cookie") ?? "").split(";")) {
      const end = part.indexOf("=");
      if (end > 0 && part.slice(0, end).trim() === name) {
        const text = part.slice(end + 1).trim();
        return text.startsWith('"') && text.endsWith('"') && text.length > 1
          ? text.slice(1, -1)
          : text;
      }
    }
    return undefined;
  }
}

/** The header fields that the core reads, by their names in lower case. */
export const READ: ReadonlySet<string> = new Set([
  "authorization",
  "content-length",
  "content-type",
  "cookie",
  "host",
  "if-none-match",
  "origin",
  "sec-fetch-site",
  "x-mizan-contract",
  "x-mizan-csrf",
  "x-mizan-token",
]);

/** For each length of a name, a bit for each letter with which those begin that the core reads, whatever its case. */
const BEGINNINGS: readonly number[] = Array.from({ length: 17 }, (_, length) =>
  [...READ]
    .filter((name) => name.length === length)
    .reduce((bits, name) => bits | (1 << (name.charCodeAt(0) & 31)), 0),
);

/** Whether the core may read the field. It looks itself at what is left: this only spares it most fields of a browser. */
export function mayRead(name: string): boolean {
  const { length } = name;
  return length < 17 && (((BEGINNINGS[length] as number) >> (name.charCodeAt(0) & 31)) & 1) === 1;
}
