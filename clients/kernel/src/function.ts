// One server function as a typed function of the client; what generated code calls.
import type { CallOptions } from "./call-options.js";
import type { Client, Link } from "./client.js";
import type { MizanError, ProtocolError } from "./error.js";
import { spliceBundle } from "./splice.js";
import type { Values } from "./wire.js";

/**
 * Turns a value as it is on the wire into the value that the caller gets; needed only where a `bigint` is in it.
 * The parameter is `never` so that a decoder may declare whatever wire type it reads.
 */
export type Decoder<Value = unknown> = (wire: never) => Value;

/** Parameters for an input: none where there is no input, optional where nothing in it is required. */
export type InputParameters<Input> = [undefined] extends [Input]
  ? [input?: undefined, options?: CallOptions]
  : Record<never, never> extends Input
    ? [input?: Input, options?: CallOptions]
    : [input: Input, options?: CallOptions];

/** A server function. Calls made in one tick travel as one request; a call is never repeated by itself. */
export interface MizanFunction<Input, Output, Failure extends MizanError = ProtocolError> {
  /** Rejects with `Failure`, or with a `TypeError` where the input cannot be written as JSON. */
  (...parameters: InputParameters<Input>): Promise<Output>;
  readonly client: Client;
  /** The function's name on the wire. */
  readonly fn: string;
  /** Never there at run time: it carries the type of the errors. */
  readonly "~failure"?: Failure;
}

/**
 * Makes a server function callable. Where its result merges into bundles, `defineMergingFunction` saves their reading.
 *
 * @param affects the contexts that it affects or merges into
 * @param decode needed only where a `bigint` is reachable in the output
 */
export function defineFunction<Input, Output, Failure extends MizanError = ProtocolError>(
  client: Client,
  fn: string,
  affects?: readonly string[],
  decode?: Decoder<Output>,
): MizanFunction<Input, Output, Failure> {
  const call = (input?: Input, options?: CallOptions) => {
    const result = (client as Link).call(
      { affects, args: input as Values | undefined, fn },
      options,
    );
    return (
      decode ? result.then(decode as Decoder as (wire: unknown) => unknown) : result
    ) as Promise<Output>;
  };
  return Object.assign(call as (...parameters: InputParameters<Input>) => Promise<Output>, {
    client,
    fn,
  });
}

/** `defineFunction` for a function with `merge`: what splices its results into cached bundles comes with it. */
export function defineMergingFunction<Input, Output, Failure extends MizanError = ProtocolError>(
  client: Client,
  fn: string,
  affects: readonly string[],
  decode?: Decoder<Output>,
): MizanFunction<Input, Output, Failure> {
  (client as Link).splice = spliceBundle;
  return defineFunction(client, fn, affects, decode);
}
