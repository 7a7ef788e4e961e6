// One function as it runs, until it has answered, or has outrun its limit.
import type { RunningCall } from "./call.js";
import { arm, type Deadline } from "./deadline.js";
import { Invalid } from "./errors.js";
import { placed } from "./files.js";
import type { NativeLate } from "./native.js";
import { announced, ended, returned, TIMED_OUT } from "./outcome.js";
import type { Served } from "./registration.js";
import type { Checked } from "./schema.js";
import type { Upload } from "./upload.js";
import type { Visit } from "./visit.js";
import { promiseOf } from "./waiting.js";

/** Runs one function of a request. */
export class Run implements Deadline {
  readonly #visit: Visit;
  readonly #served: Served;
  readonly #call: RunningCall;
  readonly #index: number;
  #args: Record<string, unknown> = {};
  /** Whether it was answered for because it outran its limit. */
  #isLate = false;
  #late: NativeLate | null = null;
  readonly limit: number;
  timer: NodeJS.Timeout | undefined;
  isOver = false;

  constructor(visit: Visit, served: Served, call: RunningCall, limit: number, index: number) {
    this.#visit = visit;
    this.#served = served;
    this.#call = call;
    this.#index = index;
    this.limit = limit;
  }

  /** Runs it with the arguments that the core has checked. */
  begin(given: Record<string, unknown>, files: readonly Upload[]): void {
    const { check, places } = this.#served;
    let result: unknown;
    let pending: Promise<unknown> | undefined;
    try {
      const args =
        places === undefined ? given : (placed(given, places, files) as Record<string, unknown>);
      if (check === undefined) result = this.#handle(args);
      else {
        const checked = check(args);
        const waiting = promiseOf(checked);
        result =
          waiting === undefined
            ? this.#checked(checked as Checked)
            : waiting.then((done) => this.#checked(done as Checked));
      }
      pending = promiseOf(result);
    } catch (error) {
      this.#visit.ended(this.#index, this.#failed(error));
      return;
    }
    if (pending === undefined) {
      this.#visit.ended(this.#index, this.#returned(result));
      return;
    }
    arm(this);
    pending.then(
      (value) => this.#settled(true, value),
      (error: unknown) => this.#settled(false, error),
    );
  }

  #handle(args: Record<string, unknown>): unknown {
    this.#args = args;
    return this.#served.handler(this.#call as never, args as never);
  }

  #checked(done: Checked): unknown {
    if ("issues" in done) throw new Invalid(done.issues);
    return this.#handle(done.value);
  }

  #settled(hasReturned: boolean, value: unknown): void {
    if (this.#isLate) {
      this.#endLate();
      return;
    }
    this.isOver = true;
    clearTimeout(this.timer);
    this.#visit.ended(this.#index, hasReturned ? this.#returned(value) : this.#failed(value));
  }

  /** It has outrun its limit. Nothing stops it, and what it changes from here on nobody is told (STORE-7). */
  expire(): void {
    this.isOver = true;
    this.#isLate = true;
    try {
      this.#late = this.#visit.late();
      this.#call.stop(new Error(`it outran its ${this.limit} ms`));
    } catch (error) {
      this.#visit.failed(error, this.#served.place);
    }
    this.#visit.ended(this.#index, ended(TIMED_OUT, this.#call, this.#visit.targetName));
  }

  /** It has ended after all: what it may have changed meanwhile is taken out of the cache. */
  #endLate(): void {
    if (this.#late === null) return;
    try {
      const named = announced(this.#call, this.#visit.targetName);
      this.#visit.writeLines(this.#late.ended(named));
    } catch (error) {
      this.#visit.failed(error, this.#served.place);
    }
  }

  #returned(result: unknown): string {
    try {
      return returned(this.#served, this.#args, result, this.#call, this.#visit.targetName);
    } catch (error) {
      return this.#failed(error);
    }
  }

  #failed(error: unknown): string {
    const answer = this.#visit.failed(error, this.#served.place);
    return ended(answer, this.#call, this.#visit.targetName);
  }
}
