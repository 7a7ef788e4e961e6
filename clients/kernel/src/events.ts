// What a client tells its listeners.
import type { Bundle, Merge, Target } from "./wire.js";

/** What one answer changed. Values and data are those on the wire: a `bigint` is still its digits. */
export interface Change {
  /** Whatever these cover is out of date, except the bundles below. */
  readonly targets: readonly Target[];
  /** Values to splice into the bundles that they cover (`spliceBundle`). */
  readonly merges: readonly Merge[];
  /** Bundles read after the change, named as the client asked for them: the last word on these. */
  readonly bundles: readonly Bundle[];
}

/** A request as it travels: a GET of a bundle, or a POST of the call or calls in `body`; files are not shown. */
export interface WireRequest {
  readonly url: string;
  readonly body?: string | undefined;
}

/** One event. */
export type ClientEvent =
  /** A request goes out. */
  | ({ readonly type: "request" } & WireRequest)
  /** Its answer came, or none will (status 0). */
  | ({ readonly type: "response"; readonly status: number } & WireRequest)
  /** An answer changed something. Comes before the promises of its calls settle. */
  | ({ readonly type: "change" } & Change)
  /** The server has another contract than the client was generated from. Comes once. */
  | { readonly type: "contract"; readonly expected: string; readonly received: string };

/** Hears of every event, at once and in order. What it throws is reported, and stops nothing. */
export type Listener = (event: ClientEvent) => void;
