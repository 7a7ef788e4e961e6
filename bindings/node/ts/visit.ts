// One request on its way: takes the steps that are the application's, until there is a reply.
//
// A step that is answered at once costs no promise: a bundle that is kept is one call of the native half.
import { RunningCall } from "./call.js";
import { Invalid } from "./errors.js";
import { placed } from "./files.js";
import { callerText, type Identity, permissionNames, readIdentity } from "./identity.js";
import { type Arrival, type Incoming, LazyIncoming } from "./incoming.js";
import { ended, known, returned, THREW, TIMED_OUT } from "./outcome.js";
import type { Served } from "./registration.js";
import type { Checked } from "./schema.js";
import type { Serving } from "./serving.js";
import { Upload } from "./upload.js";

/** Receives the text of a reply (`src/frame.rs`). */
export type Settle = (reply: string) => void;

const BROKEN_BODY = '{"error":{"code":"INTERNAL","message":"internal error"}}';
/** The reply where the two halves do not understand each other. */
const BROKEN = `R500\ncache-control\nno-store\ncontent-type\napplication/json\ncontent-length\n${BROKEN_BODY.length}\n\n${BROKEN_BODY}`;

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as { then?: unknown }).then === "function";

/** Takes a request from its first step to its reply. */
export class Visit {
  readonly #serving: Serving;
  readonly #arrival: Arrival;
  readonly #settle: Settle;
  #number = 0;
  #incoming: Incoming | undefined;

  constructor(serving: Serving, arrival: Arrival, settle: Settle) {
    this.#serving = serving;
    this.#arrival = arrival;
    this.#settle = settle;
  }

  /** Goes on with a step. */
  take(step: string): void {
    const kind = step.charCodeAt(0);
    if (kind === 82 || kind === 114) {
      this.#settle(step);
      return;
    }
    const end = step.indexOf("\n");
    this.#number = Number(end < 0 ? step.slice(1) : step.slice(1, end));
    switch (step[0]) {
      case "C":
        this.#run(step.slice(end + 1).split("\n"));
        return;
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

  /** Hands an answer to the native half and goes on with the next step. */
  #hand(
    answering: "guarded" | "identified" | "permitted" | "resume" | "returned",
    answer: string,
  ): void {
    let step: string;
    try {
      step = this.#serving.native[answering](this.#number, answer);
    } catch (error) {
      // The package's own mistake. It ends this request, and nothing else.
      this.#serving.native.abandon(this.#number);
      this.#serving.log(answering, error, this.#number);
      this.#settle(BROKEN);
      return;
    }
    this.take(step);
  }

  get #request(): Incoming {
    this.#incoming ??= new LazyIncoming(this.#arrival);
    return this.#incoming;
  }

  get #identity(): Identity | null {
    return readIdentity(this.#serving.native.identity(this.#number));
  }

  /** The answer for what was thrown. What is no answer by itself is logged, under the id that the caller is told. */
  #failed(error: unknown, place: string): string {
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
        answer = this.#failed(error, place);
      }
      next(answer);
    };
    let value: unknown;
    try {
      value = ask();
    } catch (error) {
      next(this.#failed(error, place));
      return;
    }
    if (!isPromise(value)) {
      tell(value);
      return;
    }
    value.then(tell, (error: unknown) => next(this.#failed(error, place)));
  }

  #identify(): void {
    const { identify } = this.#serving;
    this.#answer(
      () => identify?.(this.#request),
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
        () => this.#serving.guards.get(name)?.(this.#request, identity),
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

  #run(lines: readonly string[]): void {
    const answers: string[] = [];
    let open = 1;
    const settle = (index: number, answer: string) => {
      answers[index] = answer;
      open -= 1;
      if (open === 0) {
        const text = answers.length === 1 ? answer : answers.join("\n");
        this.#hand("returned", text);
      }
    };
    let count = 0;
    for (let at = 0; at < lines.length; at += 1) {
      const line = lines[at] as string;
      const one = line.indexOf(" ");
      const two = line.indexOf(" ", one + 1);
      const three = line.indexOf(" ", two + 1);
      const served = this.#serving.functions[Number(line.slice(0, one))] as Served;
      const limit = Number(line.slice(one + 1, two));
      const files = Number(line.slice(two + 1, three));
      const index = count;
      count += 1;
      open += 1;
      this.#call(
        served,
        limit,
        line.slice(three + 1),
        lines.slice(at + 1, at + 1 + files),
        index,
        settle,
      );
      at += files;
    }
    // The loop itself counts as one: a function that answers at once must not end the step before all have begun.
    open -= 1;
    if (open === 0) {
      this.#hand("returned", count === 1 ? (answers[0] as string) : answers.join("\n"));
    }
  }

  #call(
    served: Served,
    limit: number,
    text: string,
    files: readonly string[],
    index: number,
    settle: (index: number, answer: string) => void,
  ): void {
    const call = new RunningCall(
      served.wantsRequest ? this.#request : undefined,
      served.wantsIdentity ? this.#identity : undefined,
    );
    let result: unknown;
    let args: Record<string, unknown>;
    try {
      args = JSON.parse(text) as Record<string, unknown>;
      if (served.places !== undefined) {
        args = placed(
          args,
          served.places,
          files.map((file) => this.#upload(file)),
        ) as Record<string, unknown>;
      }
      const checked = served.check?.(args);
      if (checked === undefined) result = served.handler(call as never, args as never);
      else {
        const run = (done: Checked) => {
          if ("issues" in done) throw new Invalid(done.issues);
          args = done.value;
          return served.handler(call as never, args as never);
        };
        result = checked instanceof Promise ? checked.then(run) : run(checked);
      }
    } catch (error) {
      settle(index, this.#ended(this.#failed(error, served.place), call));
      return;
    }
    if (!isPromise(result)) {
      settle(index, this.#returned(served, args, result, call));
      return;
    }
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      call.stop(new Error(`it outran its ${limit} ms`));
      settle(index, this.#ended(TIMED_OUT, call));
    }, limit);
    const end = (answer: () => string) => {
      if (isOver) return;
      clearTimeout(timer);
      settle(index, answer());
    };
    result.then(
      (value) => end(() => this.#returned(served, args, value, call)),
      (error: unknown) => end(() => this.#ended(this.#failed(error, served.place), call)),
    );
  }

  #returned(served: Served, args: unknown, result: unknown, call: RunningCall): string {
    try {
      return returned(served, args, result, call, this.#serving.targetName);
    } catch (error) {
      return this.#ended(this.#failed(error, served.place), call);
    }
  }

  #ended(answer: string, call: RunningCall): string {
    return ended(answer, call, this.#serving.targetName);
  }

  #upload(line: string): Upload {
    const [name, type, start, end] = JSON.parse(line) as [string, string, number, number];
    return new Upload((this.#arrival.body as Uint8Array).subarray(start, end), name, type);
  }
}
