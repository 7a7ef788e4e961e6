// Reading a bundle before a component asks for it: in a route's loader, or on a server.
import type { InputParameters, MizanContext, MizanError } from "@mizan/kernel";
import { bundleQueryOptions } from "@mizan/kernel/query";
import type { QueryClient } from "@tanstack/react-query";

/** Reads a bundle into the cache unless it is there and fresh. Never rejects: the hook that needs it shows the error. */
export function prefetchBundle<Params, Bundle, Failure extends MizanError>(
  queryClient: QueryClient,
  context: MizanContext<Params, Bundle, Failure>,
  ...[params]: InputParameters<Params>
): Promise<void> {
  return queryClient.prefetchQuery(bundleQueryOptions(context, params));
}
