// Keeps bundles true to what calls change: which to ask for anew, and which answers came too late.
import type { Call, Client, Link } from "./client.js";
import type { Decoder } from "./function.js";
import { isSameBundle, overlaps } from "./target.js";
import type { Bundle, BundleName, Envelope, Merge, Target, Values } from "./wire.js";

/** Functions that one request may run (BATCH-6), and bundles that one call may ask for anew (REFRESH-1). */
const REQUEST_FUNCTIONS = 64;
const REFRESHED_BUNDLES = 16;

/** A bundle that is on screen. */
export interface ShownBundle extends BundleName {
  /** How many member functions it has: what it costs the server to read it anew. */
  readonly members: number;
}

/** Hears what an answer changed while something of its own is on the way. */
export type Flight = (targets: readonly Target[], fresh: readonly Bundle[]) => void;

/** What accompanies one request of calls from its start to its answer. */
interface Tracking {
  /** For each call, the bundles that its reply shall carry. */
  readonly refresh: readonly (readonly BundleName[] | undefined)[];
  /** Turns the replies, one for each call, into events. */
  absorb(replies: readonly Envelope[]): void;
}

/** What one client knows of its bundles. */
export interface Desk {
  /** By context, the decoders of its members. */
  readonly decoders: Map<string, Readonly<Record<string, Decoder>>>;
  /** Everything on the way: reads, and calls. */
  readonly flights: Set<Flight>;
  /** Those who know what is on screen. */
  readonly views: Set<() => Iterable<ShownBundle>>;
  /** Begins to accompany calls that are about to be sent. */
  track(calls: readonly Call[]): Tracking;
}

/** The desk of a client, set up when it is first asked for. */
export function deskOf(client: Client): Desk {
  const link = client as Link;
  link.desk ??= createDesk(link);
  return link.desk;
}

/** Decodes the members of a bundle that need it. */
export function decodeBundle(desk: Desk, context: string, data: Values): Values {
  const decoded: Record<string, unknown> = { ...data };
  for (const [member, decode] of Object.entries(desk.decoders.get(context) ?? {})) {
    decoded[member] = decode(data[member] as never);
  }
  return decoded;
}

/** An upserted value is one item of its member's list. */
function decodeMerge(desk: Desk, merge: Merge): Merge {
  const decode = desk.decoders.get(merge.context)?.[merge.function];
  if (!decode) return merge;
  const value =
    merge.op === "upsert"
      ? (decode([merge.value] as never) as readonly unknown[])[0]
      : decode(merge.value as never);
  return { ...merge, value };
}

function affectsBundle({ affects, args }: Call, { context, params }: BundleName): boolean {
  return (
    !!affects?.includes(context) &&
    overlaps({ context, ...(args && { params: args }) }, { context, params })
  );
}

/**
 * The bundles to ask for with each call: shown ones that it affects, within the protocol's limits. A bundle that two
 * calls of one batch affect is left out: they run in no promised order (BATCH-3), so neither sees the other's change
 * for sure, and it is read afterwards.
 */
function chooseRefresh(
  calls: readonly Call[],
  views: Desk["views"],
): readonly (readonly BundleName[] | undefined)[] {
  const shown = [...views].flatMap((view) => [...view()]);
  let functions = calls.length;
  return calls.map((call) => {
    const chosen: BundleName[] = [];
    for (const { context, members, params } of shown) {
      const bundle = { context, params };
      if (
        chosen.length < REFRESHED_BUNDLES &&
        functions + members <= REQUEST_FUNCTIONS &&
        calls.every((other) => affectsBundle(other, bundle) === (other === call)) &&
        !chosen.some((other) => isSameBundle(other, bundle))
      ) {
        functions += members;
        chosen.push(bundle);
      }
    }
    return chosen.length ? chosen : undefined;
  });
}

/**
 * Which of the bundles asked for is this one? The reply names it with defaults filled in (REFRESH-2): an equal
 * spelling wins, else the only one that says nothing else.
 */
function askedFor(asked: readonly BundleName[] = [], given: Bundle): BundleName | undefined {
  const exact = asked.find((name) => isSameBundle(name, given));
  const near = asked.filter(
    (name) =>
      overlaps(name, given) &&
      Object.keys(name.params).every((param) => Object.hasOwn(given.params, param)),
  );
  return exact ?? (near.length === 1 ? near[0] : undefined);
}

function createDesk(link: Link): Desk {
  const desk: Desk = {
    decoders: new Map(),
    flights: new Set(),

    track(calls) {
      const refresh = chooseRefresh(calls, desk.views);
      const meanwhile: Target[] = [];
      const flight: Flight = (targets) => meanwhile.push(...targets);
      desk.flights.add(flight);

      return {
        absorb(replies) {
          desk.flights.delete(flight);
          const changes = replies.map(({ invalidate = [], merge = [] }) => [
            ...invalidate,
            ...merge,
          ]);
          // Whether nothing else changed it since this request began: then what came along is the newest there is.
          const isNewest = (index: number, part: Target) =>
            ![...meanwhile, ...changes.filter((_, other) => other !== index).flat()].some(
              (target) => overlaps(target, part),
            );
          const targets: Target[] = [];
          const merges: Merge[] = [];
          const fresh: Bundle[] = [];
          replies.forEach(({ bundles = [], invalidate = [], merge = [] }, index) => {
            targets.push(...invalidate);
            for (const one of merge) {
              if (isNewest(index, one)) merges.push(decodeMerge(desk, one));
              else targets.push(one);
            }
            for (const bundle of bundles) {
              const asked = askedFor(refresh[index], bundle);
              if (asked && isNewest(index, asked)) {
                fresh.push({ ...asked, data: decodeBundle(desk, asked.context, bundle.data) });
              }
            }
          });
          for (const other of [...desk.flights]) other([...targets, ...merges], fresh);
          for (const merge of merges) link.emit({ merge, type: "merge" });
          for (const bundle of fresh) link.emit({ bundle, type: "bundle" });
          if (targets.length) link.emit({ fresh, targets, type: "invalidate" });
        },
        refresh,
      };
    },

    views: new Set(),
  };
  return desk;
}

/**
 * Tells the client which bundles are on screen, so that a call that changes them brings their new data along. `shown`
 * is asked whenever calls go out. The result ends that.
 */
export function watchBundles(client: Client, shown: () => Iterable<ShownBundle>): () => void {
  const { views } = deskOf(client);
  views.add(shown);
  return () => views.delete(shown);
}

/** Declares targets out of date, as a reply does: for changes that the app learns of in another way. */
export function invalidate(client: Client, targets: readonly Target[]): void {
  deskOf(client)
    .track([])
    .absorb([{ invalidate: targets }]);
}
