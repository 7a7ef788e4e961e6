// Ties a client's events to a query cache: what calls change shows in every cached bundle.
import type { Query, QueryClient, QueryState } from "@tanstack/query-core";
import type { Client } from "../client.js";
import { type ShownBundle, watchBundles } from "../desk.js";
import type { ClientEvent } from "../events.js";
import { spliceBundle } from "../splice.js";
import { isSameBundle, overlaps } from "../target.js";
import type { BundleName, Values } from "../wire.js";

const connected: WeakMap<Client, WeakSet<QueryClient>> = /* @__PURE__ */ new WeakMap();
const releases: FinalizationRegistry<() => void> = /* @__PURE__ */ new FinalizationRegistry(
  (release: () => void) => release(),
);

/** The cached bundles of a client. */
function cachedBundles(
  client: Client,
  queryClient: QueryClient,
): readonly { bundle: BundleName; query: Query }[] {
  return queryClient
    .getQueryCache()
    .getAll()
    .flatMap((query) => {
      const [mark, base, context, params] = query.queryKey as string[];
      return mark === "mizan" && base === client.base && context && params
        ? [{ bundle: { context, params: JSON.parse(params) as Values }, query }]
        : [];
    });
}

/** Those on screen, with data to count the members of. */
function shownBundles(client: Client, queryClient: QueryClient): ShownBundle[] {
  return cachedBundles(client, queryClient)
    .filter(({ query }) => query.isActive() && query.state.data)
    .map(({ bundle, query }) => ({
      ...bundle,
      members: Object.keys(query.state.data as Values).length,
    }));
}

/**
 * Takes one event into one cached bundle; false if that leaves it out of date. A splice keeps the bundle's age and
 * its being out of date: the rest of it is no newer than before.
 */
function take(
  event: ClientEvent,
  bundle: BundleName,
  query: Query,
  queryClient: QueryClient,
): boolean {
  const { data, dataUpdatedAt, isInvalidated } = query.state as QueryState<Values>;
  switch (event.type) {
    case "bundle":
      if (data && isSameBundle(event.bundle, bundle)) {
        queryClient.setQueryData(query.queryKey, event.bundle.data);
      }
      return true;
    case "merge": {
      if (!overlaps(event.merge, bundle)) return true;
      const spliced = data && spliceBundle(bundle, data, event.merge);
      if (!spliced) return false;
      queryClient.setQueryData(query.queryKey, spliced, { updatedAt: dataUpdatedAt });
      return !isInvalidated;
    }
    case "invalidate":
      return (
        event.fresh.some((fresh) => isSameBundle(fresh, bundle)) ||
        !event.targets.some((target) => overlaps(target, bundle))
      );
    default:
      return true;
  }
}

/**
 * Keeps the cached bundles of `client` in `queryClient` true to its events, from the first time on and for as long as
 * the `QueryClient` lives; whoever drops it need not disconnect.
 */
export function connect(client: Client, queryClient: QueryClient): void {
  let known = connected.get(client);
  if (!known) {
    known = new WeakSet();
    connected.set(client, known);
  }
  if (known.has(queryClient)) return;
  known.add(queryClient);

  // A client may outlive many a `QueryClient` (one for each request on a server), so it holds them weakly.
  const reference = new WeakRef(queryClient);
  const unwatch = watchBundles(client, () => {
    const alive = reference.deref();
    return alive ? shownBundles(client, alive) : [];
  });
  const unsubscribe = client.subscribe((event) => {
    const alive = reference.deref();
    if (!alive || event.type === "request" || event.type === "response") return;
    const outdated = cachedBundles(client, alive)
      .filter(({ bundle, query }) => !take(event, bundle, query, alive))
      .map(({ query }) => query);
    // A read that is on the way is the kernel's to repeat: cancelling it too would send a request in vain.
    alive.invalidateQueries(
      { predicate: (query) => outdated.includes(query) },
      { cancelRefetch: false },
    );
  });
  releases.register(queryClient, () => {
    unwatch();
    unsubscribe();
  });
}
