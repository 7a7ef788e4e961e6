// What a client tells its listeners.
import type { Bundle, BundleName, Merge, Target, Values } from "./wire.js";

/** A request as it goes out. The same object comes with its answer. */
export interface WireRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  /** The calls of a POST: one, or a batch. */
  readonly calls?: readonly WireCall[];
  /** The bundle that a GET reads. */
  readonly bundle?: BundleName;
}

/** One call of a request. */
export interface WireCall {
  readonly fn: string;
  readonly args: Values | undefined;
  /** The bundles that the reply shall carry, read anew. */
  readonly refresh?: readonly BundleName[] | undefined;
}

/**
 * One event. What one answer brings comes together, in this order: `merge`, `bundle`, `invalidate`; all of them before
 * the call's promise settles.
 */
export type ClientEvent =
  /** A request goes out. */
  | { readonly type: "request"; readonly request: WireRequest }
  /** Its answer came, or none will (status 0). */
  | { readonly type: "response"; readonly request: WireRequest; readonly status: number }
  /** Whatever these targets cover is out of date, except the bundles in `fresh`, whose new data came along. */
  | {
      readonly type: "invalidate";
      readonly targets: readonly Target[];
      readonly fresh: readonly BundleName[];
    }
  /** A value to splice into the bundles that it covers (`spliceBundle`). */
  | { readonly type: "merge"; readonly merge: Merge }
  /** A bundle that came with the reply to a call, named as the client asked for it. */
  | { readonly type: "bundle"; readonly bundle: Bundle }
  /** The server has another contract than the client was generated from. Comes once. */
  | { readonly type: "contract"; readonly expected: string; readonly received: string };

/** Hears of every event, at once and in order. What it throws is reported, and stops nothing. */
export type Listener = (event: ClientEvent) => void;
