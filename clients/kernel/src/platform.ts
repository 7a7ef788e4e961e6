// What the kernel needs of the platform, as types of its own: it compiles without DOM or Node types and runs in both.

/** The part of `AbortSignal` that the kernel reads. Every `AbortSignal` is one. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** The platform's `AbortSignal` where its types are there, so that the platform's `fetch` takes it. */
export type PlatformSignal = typeof globalThis extends {
  AbortSignal: { prototype: infer Instance extends Signal };
}
  ? Instance
  : Signal;

/** The platform's `FormData` where its types are there, for the same reason. */
export type PlatformForm = typeof globalThis extends { FormData: { prototype: infer Instance } }
  ? Instance
  : object;

/** Which cookies travel with a request. */
export type Credentials = "include" | "omit" | "same-origin";

/** What the kernel hands to `fetch`. */
export interface FetchInit {
  /** Absent for a GET. */
  readonly method?: "POST";
  readonly headers: Record<string, string>;
  /** A form where files are sent. */
  readonly body?: string | PlatformForm;
  /** Absent where the app says nothing of it: not every platform has it. */
  readonly credentials?: Credentials;
  readonly signal: PlatformSignal | null;
}

/** What the kernel reads of a `Response`. */
export interface FetchResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  json(): Promise<unknown>;
}

/** A function like the platform's `fetch`. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

interface Platform {
  readonly AbortController: new () => { readonly signal: PlatformSignal; abort(): void };
  readonly Blob: abstract new () => object;
  readonly FormData: new () => PlatformForm & {
    append(name: string, value: unknown): void;
  };
  readonly fetch: Fetch;
  /** Absent on servers. */
  readonly window?: object;
  clearTimeout(timer: unknown): void;
  queueMicrotask(task: () => void): void;
  setTimeout(task: () => void, milliseconds: number): unknown;
}

/** The global object, looked at when it is used and not before: a `fetch` that is replaced later counts. */
export const platform: Platform = globalThis as unknown as Platform;
