// An application as it is served: what every request on its way needs.
import type { Target } from "./call.js";
import type { Guard } from "./client.js";
import type { Caller } from "./identity.js";
import type { Arrival, Incoming } from "./incoming.js";
import { type NativeApplication, native } from "./native.js";
import type { Registration, Served } from "./registration.js";
import { Visit } from "./visit.js";

/** Where an application's log goes; `console` is one. */
export interface Log {
  error(...parts: unknown[]): void;
  warn(...parts: unknown[]): void;
}

/** Finds out who asks; nobody is `null`. */
export type Identify = (
  request: Incoming,
) => Caller | Promise<Caller | null | undefined> | null | undefined;

/** Finds out what somebody is allowed. */
export type Permissions = (
  sub: string,
) => Iterable<string> | Promise<Iterable<string> | null | undefined> | null | undefined;

/** As long as a timer can be; it is cleared long before. */
const LONGEST = 2 ** 31 - 1;

const BROKEN_BODY = '{"error":{"code":"INTERNAL","message":"internal error"}}';
/** The reply where the native half has none. */
const BROKEN = `R500\ncache-control\nno-store\ncontent-type\napplication/json\ncontent-length\n${BROKEN_BODY.length}\n\n${BROKEN_BODY}`;

/** What every request on its way needs. */
export class Serving {
  readonly native: NativeApplication;
  /** The application's, for the plain functions of the native half. */
  readonly number: number;
  /** By index. */
  readonly functions: readonly Served[];
  readonly guards: ReadonlyMap<string, Guard>;
  readonly targetName: (target: Target) => string;
  readonly identify: Identify | undefined;
  readonly permissions: Permissions | undefined;
  readonly #log: Log;
  /** The type of the last body, and the limit of such bodies. */
  #bodyType: string | undefined;
  #bodyLimit: number;
  readonly #waiting = new Map<number, Visit>();
  /** Keeps the process alive while a store has yet to answer. */
  #awake: ReturnType<typeof setTimeout> | undefined;

  constructor(
    build: (wake: (number: number) => void) => NativeApplication,
    registration: Registration,
    options: { identify: Identify | undefined; permissions: Permissions | undefined; log: Log },
  ) {
    this.native = build((number) => this.#wake(number));
    this.number = this.native.number();
    this.#bodyLimit = this.native.bodyLimit();
    this.functions = this.native
      .functions()
      .map((name) => registration.functions.get(name) as Served);
    this.guards = registration.guards;
    this.targetName = registration.targetName;
    this.identify = options.identify;
    this.permissions = options.permissions;
    this.#log = options.log;
  }

  /** Answers a request: it is settled at once where nothing waits. */
  answer(head: string, arrival: Arrival): void {
    let step: string;
    try {
      const { body, secure } = arrival;
      step =
        body === undefined
          ? native.open(this.number, head, secure)
          : native.openWith(this.number, head, body, secure);
    } catch (error) {
      arrival.settle(this.fail(0, "open", error));
      return;
    }
    // A reply, and nothing to log.
    if (step.charCodeAt(0) === 82) arrival.settle(step);
    else new Visit(this, arrival).take(step);
  }

  /** Ends the request of that number, or one that was never opened (0), by the package's own mistake: its reply. */
  fail(number: number, place: string, error: unknown): string {
    try {
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return this.refuse(`${place}: ${what}`, number);
    } catch (problem) {
      this.#say("error", `mizan: ${place}`, error, problem);
      return BROKEN;
    }
  }

  /** Ends a request, or refuses one that was never opened, by an error that the log has: its reply. */
  refuse(problem: string, number = 0): string {
    const reply = this.native.fail(number, problem);
    this.writeLog();
    return reply;
  }

  /** The most bytes of a body of that type that are read. */
  bodyLimit(contentType: string | undefined): number {
    // Most bodies are of the type of the one before.
    if (contentType !== this.#bodyType) {
      this.#bodyLimit = this.native.bodyLimit(contentType);
      this.#bodyType = contentType;
    }
    return this.#bodyLimit;
  }

  /** Has a request go on once a store has answered. */
  wait(number: number, visit: Visit): void {
    if (this.native.expect(number)) {
      visit.resume();
      return;
    }
    this.#awake ??= setTimeout(() => undefined, LONGEST);
    this.#waiting.set(number, visit);
  }

  #wake(number: number): void {
    const visit = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (this.#waiting.size === 0) {
      clearTimeout(this.#awake);
      this.#awake = undefined;
    }
    visit?.resume();
  }

  /** Logs what was thrown, under the id that the caller of that request is told. */
  log(place: string, error: unknown, number: number): void {
    this.problem(`${place}: threw`, error, ` (id ${this.native.requestId(number)})`);
  }

  /** Logs an error, which may be anything: what has a part that throws when it is read is named alone. */
  problem(what: string, error: unknown, behind = ""): void {
    let name: string;
    try {
      name = error instanceof Error ? String(error.name) : typeof error;
    } catch {
      name = "what cannot be read";
    }
    const text = `mizan: ${what} ${name}${behind}`;
    if (!this.#say("error", text, error)) this.#say("error", text);
  }

  /** Whether the log took it. One that fails costs no request its reply. */
  #say(level: "error" | "warn", ...parts: unknown[]): boolean {
    try {
      this.#log[level](...parts);
      return true;
    } catch {
      return false;
    }
  }

  /** Logs what the native half has to say since this was last called. */
  writeLog(): void {
    this.writeLines(this.native.takeLog());
  }

  /** Logs lines of the native half: for each its level, and its text. */
  writeLines(lines: readonly string[]): void {
    for (let at = 0; at < lines.length; at += 2) {
      this.#say(lines[at] === "error" ? "error" : "warn", `mizan: ${lines[at + 1]}`);
    }
  }
}
