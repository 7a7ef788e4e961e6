// One request on its way: takes the steps that are the application's, until there is a reply.
//
// A step that is answered at once costs no promise: a bundle that is kept is one call of the native half.
import { RunningCall, type Target } from "./call.js";
import { callerText, type Identity, permissionNames, readIdentity } from "./identity.js";
import { type Arrival, type Incoming, LazyIncoming } from "./incoming.js";
import type { NativeLate } from "./native.js";
import { known, THREW } from "./outcome.js";
import type { Served } from "./registration.js";
import { Run } from "./run.js";
import type { Serving } from "./serving.js";
import { answerCalls, readCalls } from "./step.js";
import { Upload } from "./upload.js";
import { promiseOf } from "./waiting.js";

/** A file of a call: its name, its type, and where it begins and ends in the body. */
type Sent = readonly [name: string, type: string, start: number, end: number];

const NO_FILES: readonly Upload[] = [];

/** Takes a request from its first step to its reply. */
export class Visit {
  readonly #serving: Serving;
  readonly #arrival: Arrival;
  #number = 0;
  #isBroken = false;
  #incoming: Incoming | undefined;
  /** How the functions of this step have ended, and how many have not. */
  #answers: string[] = [];
  #open = 0;

  constructor(serving: Serving, arrival: Arrival) {
    this.#serving = serving;
    this.#arrival = arrival;
  }

  /** Goes on with a step. */
  take(step: string): void {
    const kind = step.charCodeAt(0);
    if (kind === 82 || kind === 114) {
      if (kind === 114) this.#serving.writeLog();
      this.#arrival.settle(step);
      return;
    }
    try {
      if (kind === 91) this.#run(readCalls(step));
      else this.#perform(step);
    } catch (error) {
      this.#broken("perform", error);
    }
  }

  #perform(step: string): void {
    const end = step.indexOf("\n");
    this.#number = Number(end < 0 ? step.slice(1) : step.slice(1, end));
    switch (step[0]) {
      case "I":
        this.#identify();
        return;
      case "P":
        this.#findPermissions(JSON.parse(step.slice(end + 1)) as string);
        return;
      case "G":
        this.#guard(step.slice(end + 1).split("\n"));
        return;
      default:
        this.#serving.wait(this.#number, this);
        return;
    }
  }

  /** Goes on after a wait. */
  resume(): void {
    this.#hand("resume", "");
  }

  /** The package's own mistake. It ends this request, and nothing else. */
  #broken(answering: string, error: unknown): void {
    // What still runs of it has nothing left to answer.
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#arrival.settle(this.#serving.fail(this.#number, answering, error));
  }

  /** Hands an answer to the native half and goes on with the next step. */
  #hand(answering: "guarded" | "identified" | "permitted" | "resume", answer: string): void {
    let step: string;
    try {
      step = this.#serving.native[answering](this.#number, answer);
    } catch (error) {
      this.#broken(answering, error);
      return;
    }
    this.take(step);
  }

  get request(): Incoming {
    this.#incoming ??= new LazyIncoming(this.#arrival);
    return this.#incoming;
  }

  get #identity(): Identity | null {
    return readIdentity(this.#serving.native.identity(this.#number));
  }

  /** The answer for what was thrown. What is no answer by itself is logged, under the id that the caller is told. */
  failed(error: unknown, place: string): string {
    try {
      const answer = known(error);
      if (answer !== undefined) return answer;
    } catch (problem) {
      this.#serving.log(place, problem, this.#number);
      return THREW;
    }
    this.#serving.log(place, error, this.#number);
    return THREW;
  }

  /** Hands on what `ask` makes, now or later; its text, or what it threw. */
  #answer(
    ask: () => unknown,
    place: string,
    text: (value: unknown) => string,
    next: (answer: string) => void,
  ): void {
    const tell = (value: unknown) => {
      let answer: string;
      try {
        answer = text(value);
      } catch (error) {
        answer = this.failed(error, place);
      }
      next(answer);
    };
    let value: unknown;
    let pending: Promise<unknown> | undefined;
    try {
      value = ask();
      pending = promiseOf(value);
    } catch (error) {
      next(this.failed(error, place));
      return;
    }
    if (pending === undefined) {
      tell(value);
      return;
    }
    pending.then(tell, (error: unknown) => next(this.failed(error, place)));
  }

  #identify(): void {
    const { identify } = this.#serving;
    this.#answer(
      () => identify?.(this.request),
      "identify",
      (caller) => {
        if (caller === null || caller === undefined) return "-";
        if (typeof caller !== "object")
          throw new TypeError(`identify returned a ${typeof caller}, not an identity`);
        return `=${callerText(caller as Parameters<typeof callerText>[0])}`;
      },
      (answer) => this.#hand("identified", answer),
    );
  }

  #findPermissions(sub: string): void {
    this.#answer(
      () => this.#serving.permissions?.(sub),
      "permissions",
      (found) =>
        found === null || found === undefined
          ? "-"
          : `=${JSON.stringify(permissionNames(found as Iterable<string>))}`,
      (answer) => this.#hand("permitted", answer),
    );
  }

  #guard(lines: readonly string[]): void {
    const identity = this.#identity;
    const answers = new Array<string>(lines.length);
    let open = lines.length;
    for (const [index, line] of lines.entries()) {
      const [number, name] = line.split(" ") as [string, string];
      const place = `${this.#serving.functions[Number(number)]?.place}: guard ${name}`;
      this.#answer(
        () => this.#serving.guards.get(name)?.(this.request, identity),
        place,
        (allowed) => (allowed ? "=" : "-"),
        (answer) => {
          answers[index] = answer;
          open -= 1;
          if (open === 0) this.#hand("guarded", answers.join("\n"));
        },
      );
    }
  }

  /** Runs functions: behind the number there are four items for each (`src/frame.rs`). */
  #run(step: readonly unknown[]): void {
    this.#number = step[0] as number;
    this.#answers = [];
    // The loop itself counts as one: a function that answers at once must not end the step before all have begun.
    this.#open = 1;
    for (let at = 1; at < step.length; at += 4) {
      const served = this.#serving.functions[step[at] as number] as Served;
      const files = step[at + 2] as readonly Sent[] | 0;
      this.#open += 1;
      const call = new RunningCall(
        served.wantsRequest ? this.request : undefined,
        served.wantsIdentity ? this.#identity : undefined,
      );
      const index = this.#answers.push("") - 1;
      new Run(this, served, call, step[at + 1] as number, index).begin(
        step[at + 3] as Record<string, unknown>,
        files === 0 ? NO_FILES : files.map((sent) => this.#upload(sent)),
      );
    }
    this.#ended();
  }

  /** A function has ended; the step has once all of them have. */
  ended(index: number, answer: string): void {
    this.#answers[index] = answer;
    this.#ended();
  }

  #ended(): void {
    this.#open -= 1;
    if (this.#open > 0) return;
    let step: string;
    try {
      step = answerCalls(this.#serving.number, this.#number, this.#answers);
    } catch (error) {
      this.#broken("returned", error);
      return;
    }
    this.take(step);
  }

  /** What a function that runs may still change once nobody waits for it; nothing where no bundle is kept. */
  late(): NativeLate | null {
    return this.#serving.native.late(this.#number);
  }

  /** The name of a context or a declared function. */
  get targetName(): (target: Target) => string {
    return this.#serving.targetName;
  }

  /** Logs lines of the native half. */
  writeLines(lines: readonly string[]): void {
    this.#serving.writeLines(lines);
  }

  #upload([name, type, start, end]: Sent): Upload {
    return new Upload((this.#arrival.body as Uint8Array).subarray(start, end), name, type);
  }
}
