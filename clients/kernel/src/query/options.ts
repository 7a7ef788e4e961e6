// The one query of a bundle: its key, its function, and when to try again.
import type { QueryFunctionContext } from "@tanstack/query-core";
import { type MizanContext, readBundle } from "../context.js";
import type { MizanError } from "../error.js";
import { bundleParams } from "../target.js";
import type { Values } from "../wire.js";
import { connect } from "./connect.js";

/** Names a bundle in a query cache: the client's base, the context, its params. Not for apps to build. */
export type BundleQueryKey = readonly ["mizan", base: string, context: string, params: Values];

/** The options of a bundle's query, for any TanStack Query binding. */
export interface BundleQuery<Bundle, Failure> {
  readonly queryKey: BundleQueryKey;
  readonly queryFn: (context: QueryFunctionContext<BundleQueryKey>) => Promise<Bundle>;
  readonly retry: (failures: number, error: Failure) => boolean;
  readonly retryDelay: (failures: number, error: Failure) => number;
}

/**
 * The query of a bundle. A read that failed for a passing reason (no answer, `TIMEOUT`, a status of 500 and above) is
 * tried again up to three times, after the server's `Retry-After` or else after 1, 2 and 4 seconds.
 *
 * The cache holds the bundle as it is on the wire, so that it can be written as JSON; readers apply the context's
 * `decode`, which there is only where a `bigint` is in it.
 */
export function bundleQueryOptions<Params, Bundle, Failure extends MizanError>(
  context: MizanContext<Params, Bundle, Failure>,
  params?: Params,
): BundleQuery<Bundle, Failure> {
  const { client, context: name } = context;
  const named = bundleParams(params as Values | undefined);
  return {
    queryFn: ({ client: queryClient, signal }) => {
      connect(client, queryClient);
      return readBundle(client, { context: name, params: named }, { signal }) as Promise<Bundle>;
    },
    queryKey: ["mizan", client.base, name, named],
    // With status 0 it is one of the client's own: no answer, no answer in time, or given up by the caller.
    retry: (failures, { code, status }) =>
      failures < 3 && (status === 0 ? code !== "ABORTED" : status >= 500),
    retryDelay: (failures, { retryAfter = 2 ** failures }) => retryAfter * 1000,
  };
}
