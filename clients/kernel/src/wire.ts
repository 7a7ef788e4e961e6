// The shapes of what travels: targets, merges, bundles and the call envelope (protocol: CALL, BATCH, REFRESH, INV, MERGE).

/** The arguments of a function or the params of a context, by their names on the wire. */
export type Values = Readonly<Record<string, unknown>>;

/** A bundle's name: its context and the params that it was asked for with. */
export interface BundleName {
  readonly context: string;
  readonly params: Values;
}

/** What a call invalidated (INV-5): a context, one member of it, or a part narrowed by params. */
export interface Target {
  readonly context: string;
  readonly function?: string;
  readonly params?: Values;
}

/** A result to splice into the member `function` of every bundle that `params` cover (MERGE-4). */
export interface Merge {
  readonly context: string;
  readonly function: string;
  readonly op: "replace" | "upsert";
  /** The fields that tell items apart, for `upsert`. */
  readonly key?: readonly string[];
  readonly params?: Values;
  readonly value: unknown;
}

/** A bundle with its data, as a reply carries it (REFRESH-2). */
export interface Bundle extends BundleName {
  readonly data: Values;
}

/** The reply to one call (CALL-2). */
export interface Envelope {
  readonly result?: unknown;
  readonly invalidate?: readonly Target[];
  readonly merge?: readonly Merge[];
  readonly bundles?: readonly Bundle[];
}

/** One problem of an input (ERR-2). */
export interface Detail {
  readonly code: string;
  readonly message: string;
  /** Starts with `"args"` or `"params"` (ERR-5). */
  readonly path: readonly (string | number)[];
}

/** The body of an error (ERR-3). */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly details?: readonly Detail[];
  readonly function?: string;
  readonly id?: string;
  readonly data?: unknown;
  readonly contract?: "changed";
}

/** One entry of the reply to a batch (BATCH-2). */
export interface Entry extends Envelope {
  readonly error?: ErrorBody;
  readonly status?: number;
}
