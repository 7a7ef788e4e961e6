// The one query of a bundle: its key, its function, and when to try again.
import type { QueryFunctionContext } from "@tanstack/query-core";
import type { CallOptions } from "../call-options.js";
import type { MizanContext } from "../context.js";
import { MizanError } from "../error.js";
import { canonicalText, writtenParams } from "../target.js";
import type { Values } from "../wire.js";
import { connect } from "./connect.js";

const RETRIES = 3;

/** Names a bundle in a query cache: the client's base, the context, the canonical text of its params. Not for apps to build. */
export type BundleQueryKey = readonly ["mizan", base: string, context: string, params: string];

/** The options of a bundle's query, for any TanStack Query binding. */
export interface BundleQuery<Bundle, Failure> {
  readonly queryKey: BundleQueryKey;
  readonly queryFn: (context: QueryFunctionContext<BundleQueryKey>) => Promise<Bundle>;
  readonly retry: (failures: number, error: Failure) => boolean;
  readonly retryDelay: (failures: number, error: Failure) => number;
}

/** Only what may be over by itself: no answer, or a server that says so. */
function isPassing(error: unknown): boolean {
  return (
    error instanceof MizanError &&
    (error.code === "TIMEOUT" || error.status >= 500 || (error.code === "NETWORK" && !error.status))
  );
}

/**
 * The query of a bundle. A read that failed for a passing reason is tried again up to three times, after the server's
 * `Retry-After` or else after 1, 2 and 4 seconds.
 */
export function bundleQueryOptions<Params, Bundle, Failure extends MizanError>(
  context: MizanContext<Params, Bundle, Failure>,
  params?: Params,
): BundleQuery<Bundle, Failure> {
  const read = context as unknown as (
    params: Params | undefined,
    options: CallOptions,
  ) => Promise<Bundle>;
  return {
    queryFn: ({ client, signal }) => {
      connect(context.client, client);
      return read(params, { signal });
    },
    queryKey: [
      "mizan",
      context.client.base,
      context.context,
      canonicalText(writtenParams(params as Values | undefined)),
    ],
    retry: (failures, error) => failures < RETRIES && isPassing(error),
    retryDelay: (failures, error) =>
      error.retryAfter === undefined ? 1000 * 2 ** failures : error.retryAfter * 1000,
  };
}
