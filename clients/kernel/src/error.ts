// The one error that calls and reads reject with, and the closed list of the protocol's codes.
import type { Detail, ErrorBody } from "./wire.js";

/** The codes of the protocol (ERR-1), and `NETWORK` and `ABORTED`, which are the client's own. */
export type ProtocolCode =
  | "ABORTED"
  | "BAD_REQUEST"
  | "CONFLICT"
  | "FORBIDDEN"
  | "INTERNAL"
  | "METHOD_NOT_ALLOWED"
  | "NETWORK"
  | "NOT_FOUND"
  | "PAYLOAD_TOO_LARGE"
  | "RATE_LIMITED"
  | "TIMEOUT"
  | "UNAUTHENTICATED"
  | "UNAVAILABLE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "VALIDATION";

/** What is known of an error beyond its code and message. */
export interface ErrorFacts extends Partial<Omit<ErrorBody, "code" | "message">> {
  readonly cause?: unknown;
  readonly retryAfter?: number | undefined;
  readonly status?: number;
}

/**
 * A refused or failed call or read.
 *
 * A union of these, one for each code, narrows by `code`: a declared error's `data` is typed after
 * `if (error.code === "NAME_TAKEN")`.
 */
export class MizanError<Code extends string = string, Data = unknown> extends Error {
  /** A code of the protocol or of a declared error; what to branch on. */
  declare readonly code: Code;
  /** The HTTP status; 0 where no answer came, and for `ABORTED` and the client's own `TIMEOUT`. */
  declare readonly status: number;
  /** The typed data of a declared error. */
  declare readonly data: Data;
  /** All problems of the input, with `VALIDATION`; else undefined. */
  declare readonly details: readonly Detail[] | undefined;
  /** The id under which the server's log has the cause, with `INTERNAL`. */
  declare readonly id: string | undefined;
  /** The member of a bundle that failed. */
  declare readonly function: string | undefined;
  /** Seconds to wait before another try, where the server said. */
  declare readonly retryAfter: number | undefined;
  /** `"changed"` where the server tells that it has another contract than this client (ERR-6). */
  declare readonly contract: "changed" | undefined;

  constructor(
    code: Code,
    message: string,
    {
      cause,
      contract,
      data,
      details,
      function: member,
      id,
      retryAfter,
      status = 0,
    }: ErrorFacts = {},
  ) {
    super(message);
    // Each by its name: what else a body holds, a key `__proto__` too, does not get here.
    Object.assign(this, {
      cause,
      code,
      contract,
      data,
      details,
      function: member,
      id,
      name: "MizanError",
      retryAfter,
      status,
    });
  }
}

/** Any error that every function may give. */
export type ProtocolError = { [Code in ProtocolCode]: MizanError<Code, undefined> }[ProtocolCode];

/**
 * Reads an error body; anything that is none (no answer, a proxy's page, a broken reply) is `NETWORK`. The `Retry-After`
 * of a batch is there for those of its entries that ask for a wait (BATCH-5, ERR-11).
 */
export function failure(
  body: ErrorBody | undefined,
  { cause, retryAfter, status }: Pick<ErrorFacts, "cause" | "retryAfter"> & { status: number },
): MizanError {
  const facts = {
    cause,
    retryAfter: status === 429 || status === 503 ? retryAfter : undefined,
    status,
  };
  return typeof body?.code === "string"
    ? new MizanError(body.code, body.message, { ...body, ...facts })
    : new MizanError(
        "NETWORK",
        status ? `HTTP ${status} is no Mizan answer.` : "No answer.",
        facts,
      );
}
