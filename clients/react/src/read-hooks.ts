// Hooks that read: a whole bundle, or one slot of it. All of them share the bundle's one query.
import type { MizanContext, MizanError } from "@mizan/kernel";
import { type BundleQueryKey, bundleQueryOptions, connect } from "@mizan/kernel/query";
import {
  type UseQueryOptions,
  type UseQueryResult,
  type UseSuspenseQueryOptions,
  type UseSuspenseQueryResult,
  useQuery,
  useQueryClient,
  useSuspenseQuery,
} from "@tanstack/react-query";
import { useParams } from "./provider.js";

/** TanStack's options for a read, but for those that name the query. */
export type ReadOptions<Bundle, Failure, Data = Bundle> = Omit<
  UseQueryOptions<Bundle, Failure, Data, BundleQueryKey>,
  "queryFn" | "queryKey" | "queryKeyHashFn"
>;

/** The same for a suspended read. */
export type SuspenseReadOptions<Bundle, Failure, Data = Bundle> = Omit<
  UseSuspenseQueryOptions<Bundle, Failure, Data, BundleQueryKey>,
  "queryFn" | "queryKey" | "queryKeyHashFn"
>;

/** Reads a bundle. Without params it takes those of the provider around it. */
export type BundleHook<Params, Bundle, Failure> = <Data = Bundle>(
  params?: Params,
  options?: ReadOptions<Bundle, Failure, Data>,
) => UseQueryResult<Data, Failure>;

/** Reads one slot of a bundle, and renders again only when that slot changes. */
export type SlotHook<Params, Bundle, Slot, Failure> = (
  params?: Params,
  options?: Omit<ReadOptions<Bundle, Failure, Slot>, "select">,
) => UseQueryResult<Slot, Failure>;

/** `BundleHook` that suspends until there is data, and throws the error to the boundary. */
export type SuspenseBundleHook<Params, Bundle, Failure> = <Data = Bundle>(
  params?: Params,
  options?: SuspenseReadOptions<Bundle, Failure, Data>,
) => UseSuspenseQueryResult<Data, Failure>;

/** `SlotHook` that suspends until there is data, and throws the error to the boundary. */
export type SuspenseSlotHook<Params, Bundle, Slot, Failure> = (
  params?: Params,
  options?: Omit<SuspenseReadOptions<Bundle, Failure, Slot>, "select">,
) => UseSuspenseQueryResult<Slot, Failure>;

/** What TanStack's hooks have in common, as this file calls them. */
type Read = (options: never) => unknown;

/**
 * Makes a hook that reads by `read`: the slot of `member`, else the whole bundle, by way of the caller's `select` if
 * there is one. From its first call on the nearest `QueryClient` follows what calls change.
 */
function createReadHook<Hook, Params, Bundle, Failure extends MizanError>(
  read: Read,
  context: MizanContext<Params, Bundle, Failure>,
  member?: keyof Bundle,
): Hook {
  const { client, decode } = context;
  // The cache holds the bundle as it is on the wire. What is made here stays the same from render to render, so that
  // TanStack need not select anew.
  const decoded = (select: Select<Bundle>): Select<Bundle> =>
    decode ? (wire) => select(decode(wire as never)) : select;
  const own = decoded((bundle) => (member ? bundle[member] : bundle));
  const hook = (params?: Params, options?: { readonly select?: Select<Bundle> }) => {
    connect(client, useQueryClient());
    return read({
      ...bundleQueryOptions(context, useParams(context, params)),
      ...options,
      select: options?.select && !member ? decoded(options.select) : own,
    } as never);
  };
  return hook as Hook;
}

type Select<Bundle> = (bundle: Bundle) => unknown;

/** Makes the hook of a whole bundle. */
export function createBundleHook<Params, Bundle, Failure extends MizanError>(
  context: MizanContext<Params, Bundle, Failure>,
): BundleHook<Params, Bundle, Failure> {
  return createReadHook(useQuery, context);
}

/** Makes the hook of one member's slot. */
export function createSlotHook<
  Params,
  Bundle,
  Failure extends MizanError,
  Member extends keyof Bundle & string,
>(
  context: MizanContext<Params, Bundle, Failure>,
  member: Member,
): SlotHook<Params, Bundle, Bundle[Member], Failure> {
  return createReadHook(useQuery, context, member);
}

/** Makes the suspending hook of a whole bundle. */
export function createSuspenseBundleHook<Params, Bundle, Failure extends MizanError>(
  context: MizanContext<Params, Bundle, Failure>,
): SuspenseBundleHook<Params, Bundle, Failure> {
  return createReadHook(useSuspenseQuery, context);
}

/** Makes the suspending hook of one member's slot. */
export function createSuspenseSlotHook<
  Params,
  Bundle,
  Failure extends MizanError,
  Member extends keyof Bundle & string,
>(
  context: MizanContext<Params, Bundle, Failure>,
  member: Member,
): SuspenseSlotHook<Params, Bundle, Bundle[Member], Failure> {
  return createReadHook(useSuspenseQuery, context, member);
}
