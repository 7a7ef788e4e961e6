// Ties a client's events to a query cache: what calls change shows in every cached bundle.
import type { Query, QueryClient } from "@tanstack/query-core";
import type { Client, Link } from "../client.js";
import { deskOf, type ShownBundle, watchBundles } from "../desk.js";
import type { Change } from "../events.js";
import { platform } from "../platform.js";
import { isSameBundle, overlaps } from "../target.js";
import type { BundleName, Target, Values } from "../wire.js";
import type { BundleQueryKey } from "./options.js";

/** A bundle in a query cache. */
interface CachedBundle {
  readonly bundle: BundleName;
  readonly query: Query;
}

/** The cached bundles of a client; none where the cache is gone. */
function cachedBundles({ base }: Client, queryClient: QueryClient | undefined): CachedBundle[] {
  const queries = queryClient?.getQueryCache().findAll({ queryKey: ["mizan", base] }) ?? [];
  return queries.map((query) => {
    const [, , context, params] = query.queryKey as BundleQueryKey;
    return { bundle: { context, params }, query };
  });
}

/** Those on screen, with data to count the members of. */
function shownBundles(
  client: Client,
  queryClient: QueryClient | undefined,
): readonly ShownBundle[] {
  return cachedBundles(client, queryClient)
    .filter(({ query }) => query.isActive() && query.state.data)
    .map(({ bundle, query }) => ({
      ...bundle,
      members: Object.keys(query.state.data as Values).length,
    }));
}

/**
 * Takes a change into the cache. Without a window this is a server, where one visitor's call reaches the caches of all,
 * and bundles of one name may be different people's: there no bundle comes along, and a change only makes out of date.
 */
function applyChange(
  client: Client,
  queryClient: QueryClient,
  { bundles, merges, targets }: Change,
): void {
  const splice = platform.window && (client as Link).splice;
  for (const { bundle, query } of cachedBundles(client, queryClient)) {
    const isAbout = (part: Target) => overlaps(part, bundle);
    const {
      queryKey,
      state: { data, dataUpdatedAt, isInvalidated },
    } = query;
    const renewed = bundles.find((other) => isSameBundle(other, bundle));
    if (renewed) {
      queryClient.setQueryData(queryKey, renewed.data);
      continue;
    }
    let isDue = targets.some(isAbout);
    let spliced = data as Values | undefined;
    for (const merge of merges.filter(isAbout)) {
      spliced &&= splice?.(bundle, spliced, merge);
      isDue ||= isInvalidated || !spliced;
    }
    // The rest of a spliced bundle is no newer than before: it keeps its age, and stays out of date if it was. Setting
    // undefined does nothing.
    if (spliced !== data) {
      queryClient.setQueryData(queryKey, spliced, { updatedAt: dataUpdatedAt });
    }
    // A read that is on the way is the kernel's to repeat: cancelling it too would send a request in vain.
    if (isDue) queryClient.invalidateQueries({ exact: true, queryKey }, { cancelRefetch: false });
  }
}

/**
 * Keeps the cached bundles of `client` in `queryClient` true to its events, from the first time on and for as long as
 * the `QueryClient` lives; whoever drops it need not disconnect.
 */
export function connect(client: Client, queryClient: QueryClient): void {
  const { caches } = deskOf(client);
  if (caches.has(queryClient)) return;
  caches.add(queryClient);

  // A client may outlive many a `QueryClient` (one for each request on a server), so it holds them weakly, and drops
  // its ties to those that are gone with the next event, which any request brings.
  const reference = new WeakRef(queryClient);
  const unwatch = watchBundles(client, () => shownBundles(client, reference.deref()));
  const unsubscribe = client.subscribe((event) => {
    const alive = reference.deref();
    if (!alive) {
      unwatch();
      unsubscribe();
    } else if (event.type === "change") applyChange(client, alive, event);
  });
}
