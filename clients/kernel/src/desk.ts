// Keeps bundles true to what calls change: which to ask for anew, and which answers came too late.
import type { Client, Link, PendingCall } from "./client.js";
import type { Change } from "./events.js";
import { REFRESHED_BUNDLES, REQUEST_FUNCTIONS } from "./limits.js";
import { platform } from "./platform.js";
import { bundleParams, isSameBundle, overlaps } from "./target.js";
import type { BundleName, Envelope, Target } from "./wire.js";

/** A bundle that is on screen. */
export interface ShownBundle extends BundleName {
  /** How many member functions it has: what it costs the server to read it anew. */
  readonly members: number;
}

/** Hears what an answer changed while something of its own is on the way. */
export type Flight = (change: Change) => void;

/** What accompanies one request of calls from its start to its answer. */
interface Tracking {
  /** The texts of the calls, with the bundles that the replies shall carry. */
  readonly texts: readonly string[];
  /** What of the change that the replies bring holds, seen with all that changed meanwhile. */
  absorb(change: Change, replies: readonly Envelope[]): Change;
}

/** What one client knows of its bundles. */
export interface Desk {
  /** The query caches that follow the client. */
  readonly caches: WeakSet<object>;
  /** Everything on the way: reads, and calls. */
  readonly flights: Set<Flight>;
  /** Those who know what is on screen. */
  readonly views: Set<() => readonly ShownBundle[]>;
  /** Begins to accompany calls that are about to be sent. */
  track(calls: readonly PendingCall[]): Tracking;
}

/** The desk of a client, set up when it is first asked for. */
export function deskOf(client: Client): Desk {
  // biome-ignore lint/suspicious/noAssignInExpressions: it is said once.
  return ((client as Link).desk ??= createDesk());
}

function createDesk(): Desk {
  const flights: Desk["flights"] = new Set();
  const views: Desk["views"] = new Set();

  /** The shown bundles that a call affects, as far as the protocol's limits let one of these calls ask for them. */
  const affectedBundles = ({ affects = [], args }: PendingCall, calls: readonly PendingCall[]) => {
    const params = bundleParams(args);
    const chosen: BundleName[] = [];
    let left = REQUEST_FUNCTIONS - calls.length;
    for (const view of views) {
      try {
        for (const { members, ...bundle } of view()) {
          if (
            members <= left &&
            chosen.length < REFRESHED_BUNDLES &&
            affects.some((context) => overlaps(bundle, { context, params })) &&
            !chosen.some((other) => isSameBundle(other, bundle))
          ) {
            left -= members;
            chosen.push(bundle);
          }
        }
      } catch (error) {
        // Surfaces as an unhandled rejection, while the call goes out.
        Promise.reject(error);
      }
    }
    return chosen;
  };

  return {
    caches: new WeakSet(),
    flights,
    track(calls) {
      // Two calls of one batch run in no promised order (BATCH-3), so neither would surely see the other's change:
      // where several change something, what they affect is read afterwards.
      const [changing, another] = calls.filter(({ affects }) => affects?.length);
      const asked = changing && !another ? affectedBundles(changing, calls) : [];
      const meanwhile: Target[] = [];
      const flight: Flight = ({ merges, targets }) => meanwhile.push(...targets, ...merges);
      flights.add(flight);
      return {
        absorb({ bundles, merges, targets }, replies) {
          flights.delete(flight);
          const isAlone =
            replies.filter(({ invalidate, merge }) => invalidate?.length || merge).length < 2;
          // What came along holds only if nothing else can have changed it since the request began.
          const holds = (part: Target) =>
            isAlone && !meanwhile.some((target) => overlaps(target, part));
          const change: Change = {
            bundles: bundles.flatMap((bundle) => {
              // The reply names it with the defaults filled in (REFRESH-2), so it may fit more names than its own.
              const near = asked.filter((name) => overlaps(name, bundle));
              const name = near[1] ? near.find((one) => isSameBundle(one, bundle)) : near[0];
              return name && holds(name) ? [{ ...bundle, ...name }] : [];
            }),
            merges: merges.filter(holds),
            targets: [...targets, ...merges.filter((merge) => !holds(merge))],
          };
          for (const other of [...flights]) other(change);
          return change;
        },
        texts: calls.map((call) =>
          call === changing && asked[0]
            ? `${call.text.slice(0, -1)},"refresh":${JSON.stringify(asked)}}`
            : call.text,
        ),
      };
    },
    views,
  };
}

/**
 * Tells the client which bundles are on screen, so that a call that changes them brings their new data along. `shown`
 * is asked whenever calls go out; params as `bundleParams` makes them. The result ends that.
 * Without a window this is a server, where bundles of one name may be different people's: there no data comes along.
 */
export function watchBundles(client: Client, shown: () => readonly ShownBundle[]): () => void {
  const { views } = deskOf(client);
  if (platform.window) views.add(shown);
  return () => views.delete(shown);
}

/** Declares targets out of date, as a reply does: for changes that the app learns of in another way. */
export function invalidate(client: Client, targets: readonly Target[]): void {
  const change = {
    bundles: [],
    merges: [],
    targets: targets.map(({ params, ...target }) => ({ ...target, params: bundleParams(params) })),
  };
  (client as Link).emit({ type: "change", ...deskOf(client).track([]).absorb(change, []) });
}
