// The errors that a function throws to answer with something else than its result.

import type { StandardTypedV1 } from "@standard-schema/spec";
import type { Schema } from "./schema.js";

/** Declarations that cannot be served. The text says what, where, and what to do, for each of them. */
export class RegistrationError extends Error {
  override readonly name = "RegistrationError";
}

/** One problem, in the form that the core writes its own in. */
export function problemText(problem: string, fix: string, place: readonly string[] = []): string {
  return `${place.map((part) => `${part}: `).join("")}${problem}\n  help: ${fix}`;
}

/** The codes that the protocol itself defines and a function may throw (ERR-1). */
export type ProtocolCode =
  | "CONFLICT"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "RATE_LIMITED"
  | "UNAUTHENTICATED"
  | "UNAVAILABLE"
  | "VALIDATION";

/** An error of the protocol's own closed list. Throw one of its subclasses. */
export abstract class MizanError extends Error {
  abstract readonly code: ProtocolCode;
  abstract readonly status: number;
  /** Seconds after which it is worth another try, where that is known. */
  readonly retryAfter: number | undefined = undefined;

  /** @param message What the caller reads; without one, the protocol's own words for the code. */
  constructor(message?: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** Nobody is signed in, and somebody has to be. */
export class Unauthenticated extends MizanError {
  readonly code = "UNAUTHENTICATED";
  readonly status = 401;
}

/** The caller is known, and may not. */
export class Forbidden extends MizanError {
  readonly code = "FORBIDDEN";
  readonly status = 403;
}

/** What was asked for does not exist. */
export class NotFound extends MizanError {
  readonly code = "NOT_FOUND";
  readonly status = 404;
}

/** What was asked for does not fit with the present state. */
export class Conflict extends MizanError {
  readonly code = "CONFLICT";
  readonly status = 409;
}

/** How an error may say when to try again. */
export interface RetryOptions {
  /** Whole seconds after which it is worth another try. */
  readonly retryAfter?: number;
}

/** Too many calls. */
export class RateLimited extends MizanError {
  readonly code = "RATE_LIMITED";
  readonly status = 429;
  override readonly retryAfter: number | undefined;

  constructor(message?: string, options: RetryOptions = {}) {
    super(message);
    this.retryAfter = options.retryAfter;
  }
}

/** Something that the call needs is down. */
export class Unavailable extends MizanError {
  readonly code = "UNAVAILABLE";
  readonly status = 503;
  override readonly retryAfter: number | undefined;

  constructor(message?: string, options: RetryOptions = {}) {
    super(message);
    this.retryAfter = options.retryAfter;
  }
}

/** The error of a code that the native half names; an `Error` for one that is not the caller's to see. */
export function protocolError(code: string, message: string | null): Error {
  const known = [Conflict, Forbidden, NotFound, RateLimited, Unauthenticated, Unavailable];
  const made = known
    .map((kind) => new kind(message ?? undefined))
    .find((error) => error.code === code);
  return made ?? new Error(`${code}: ${message ?? ""}`);
}

/** Where in the arguments a problem is: an argument's name, then whatever leads further in. */
export type FieldPath = readonly (number | string)[];

/**
 * Arguments that the function itself finds wrong: `new Invalid({ name: "must have a letter" })`, or for a place deeper than
 * an argument `new Invalid([[["lines", 0, "amount"], "is too much"]])`.
 */
export class Invalid extends MizanError {
  readonly code = "VALIDATION";
  readonly status = 422;
  /** The message for each place. */
  readonly fields: readonly (readonly [FieldPath, string])[];

  constructor(
    fields: Readonly<Record<string, string>> | readonly (readonly [FieldPath, string])[],
  ) {
    super();
    this.fields = Array.isArray(fields)
      ? (fields as readonly (readonly [FieldPath, string])[])
      : Object.entries(fields as Record<string, string>).map(([name, text]) => [[name], text]);
  }
}

/** The base of what `declareError` makes: an application's own error, which clients see typed (ERR-7). */
export abstract class DeclaredError extends Error {
  /** What the client tells it by. */
  abstract readonly code: string;
  /** 400 to 499. */
  abstract readonly status: number;
  /** What travels with it. */
  abstract readonly data: unknown;
}

/** What is known of the class of a declared error, whatever its data are. */
export interface ErrorDeclaration {
  readonly code: string;
  readonly status: number;
  readonly schema: Schema | undefined;
}

/** The class of a declared error. */
export interface DeclaredErrorClass<Data = unknown> extends ErrorDeclaration {
  new (
    message: string,
    ...data: Data extends undefined ? [] : [data: Data]
  ): DeclaredError & {
    readonly data: Data;
  };
}

/** What is said of a declared error. */
export interface DeclaredErrorOptions<S> {
  /** 400 to 499; 400 where none is named. */
  readonly status?: number;
  /** The type of what travels with it; nothing where none is named. */
  readonly data?: S;
}

/**
 * Declares an error of the application's own, which clients see typed (ERR-7):
 *
 *     const NameTaken = declareError("NAME_TAKEN", { status: 409, data: z.object({ taken_by: z.int() }) });
 *     throw new NameTaken("That name is taken.", { taken_by: 5 });
 *
 * A function that throws it names it in its `errors`.
 *
 * @param code `[A-Z][A-Z0-9_]*`, none of the protocol's own.
 */
export function declareError<const S extends Schema | undefined = undefined>(
  code: string,
  options: DeclaredErrorOptions<S> = {},
): DeclaredErrorClass<S extends Schema ? StandardTypedV1.InferOutput<S> : undefined> {
  const status = options.status ?? 400;
  class Declared extends DeclaredError {
    static readonly code = code;
    static readonly status = status;
    static readonly schema = options.data;
    override readonly name = code;
    readonly code = code;
    readonly status = status;
    readonly data: unknown;

    constructor(message: string, data?: unknown) {
      super(message);
      this.data = data;
    }
  }
  return Declared as never;
}
