// Hooks that read: a whole bundle, or one slot of it. All of them share the bundle's one query.
import type { MizanContext, MizanError } from "@mizan/kernel";
import {
  type BundleQuery,
  type BundleQueryKey,
  bundleQueryOptions,
  connect,
} from "@mizan/kernel/query";
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

/** The query to read with; from here on the nearest `QueryClient` follows what calls change. */
function useBundleQuery<Params, Bundle, Failure extends MizanError>(
  context: MizanContext<Params, Bundle, Failure>,
  params: Params | undefined,
): BundleQuery<Bundle, Failure> {
  connect(context.client, useQueryClient());
  return bundleQueryOptions(context, useParams(context, params));
}

/** What a reader sees of the cached bundle: the cache holds it as it is on the wire. */
function decoded<Params, Bundle, Failure extends MizanError, Data>(
  { decode }: MizanContext<Params, Bundle, Failure>,
  select: (bundle: Bundle) => Data,
): (bundle: Bundle) => Data {
  return decode ? (wire) => select(decode(wire as never)) : select;
}

const whole = <Bundle>(bundle: Bundle): Bundle => bundle;

/** Makes the hook of a whole bundle. */
export function createBundleHook<Params, Bundle, Failure extends MizanError>(
  context: MizanContext<Params, Bundle, Failure>,
): BundleHook<Params, Bundle, Failure> {
  const same = decoded(context, whole<Bundle>) as (bundle: Bundle) => unknown;
  return <Data = Bundle>(params?: Params, options?: ReadOptions<Bundle, Failure, Data>) =>
    useQuery({
      ...useBundleQuery(context, params),
      ...options,
      select: options?.select
        ? decoded(context, options.select)
        : (same as (bundle: Bundle) => Data),
    });
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
  const select = decoded(context, (bundle) => bundle[member]);
  return (params, options) => useQuery({ ...useBundleQuery(context, params), ...options, select });
}

/** Makes the suspending hook of a whole bundle. */
export function createSuspenseBundleHook<Params, Bundle, Failure extends MizanError>(
  context: MizanContext<Params, Bundle, Failure>,
): SuspenseBundleHook<Params, Bundle, Failure> {
  const same = decoded(context, whole<Bundle>) as (bundle: Bundle) => unknown;
  return <Data = Bundle>(params?: Params, options?: SuspenseReadOptions<Bundle, Failure, Data>) =>
    useSuspenseQuery({
      ...useBundleQuery(context, params),
      ...options,
      select: options?.select
        ? decoded(context, options.select)
        : (same as (bundle: Bundle) => Data),
    });
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
  const select = decoded(context, (bundle) => bundle[member]);
  return (params, options) =>
    useSuspenseQuery({ ...useBundleQuery(context, params), ...options, select });
}
