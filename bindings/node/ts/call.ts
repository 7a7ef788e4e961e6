// What a function receives besides its arguments: who asks, the request, and a way to say what it changed.
import type { Context } from "./context.js";
import type { Identity } from "./identity.js";
import type { Incoming } from "./incoming.js";

/** A context, its name, or a declared function that is a member of one. */
export type Target = Context | string | ((...parts: never[]) => unknown);

/** What every function receives. */
export interface Call {
  /** Is aborted when the call outruns its limit. */
  readonly signal: AbortSignal;
  /**
   * Says that a target changed, narrowed by params: `req.invalidate("user", { user_id: 5 })` (SCOPE-7). The reply of a
   * function that fails invalidates nothing; where it failed by surprise or took too long, the origin cache still forgets
   * what was named (STORE-7).
   */
  invalidate(target: Target, params?: Readonly<Record<string, unknown>>): void;
}

/** What a function with `identity: true` receives too. */
export interface CallWithIdentity<Who> extends Call {
  /** Who asks. */
  readonly identity: Who;
}

/** What a function with `request: true` receives too. */
export interface CallWithRequest extends Call {
  /** The request that the call came with. */
  readonly request: Incoming;
}

/** A call as it runs. */
export class RunningCall implements Call {
  /** What the function said that it changed. */
  changes: [Target, Readonly<Record<string, unknown>> | null][] | undefined;
  #abort: AbortController | undefined;
  #reason: Error | undefined;
  readonly #incoming: Incoming | undefined;
  readonly #identity: Identity | null | undefined;

  constructor(incoming: Incoming | undefined, identity: Identity | null | undefined) {
    this.#incoming = incoming;
    this.#identity = identity;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#reason !== undefined) this.#abort.abort(this.#reason);
    }
    return this.#abort.signal;
  }

  get identity(): Identity | null {
    if (this.#identity === undefined) {
      throw new Error(
        "the function did not ask who calls\n  help: declare it with `identity: true`",
      );
    }
    return this.#identity;
  }

  get request(): Incoming {
    if (this.#incoming === undefined) {
      throw new Error(
        "the function did not ask for the request\n  help: declare it with `request: true`",
      );
    }
    return this.#incoming;
  }

  invalidate(target: Target, params?: Readonly<Record<string, unknown>>): void {
    this.changes ??= [];
    this.changes.push([target, params ?? null]);
  }

  /** Tells whoever listens that nobody waits for the result any more. */
  stop(reason: Error): void {
    this.#reason = reason;
    this.#abort?.abort(reason);
  }
}
