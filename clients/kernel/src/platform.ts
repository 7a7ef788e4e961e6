// What the kernel needs of the platform, as types of its own: it compiles without DOM or Node types and runs in both.

/** The part of `AbortSignal` that the kernel reads. Every `AbortSignal` is one. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** What the kernel hands to `fetch`. */
export interface FetchInit {
  /** Absent for a GET. */
  readonly method?: "POST";
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal: Signal;
}

/** What the kernel reads of a `Response`. */
export interface FetchResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  json(): Promise<unknown>;
}

interface FetchMethod {
  fetch(url: string, init: FetchInit): Promise<FetchResponse>;
}

/** A function like the platform's `fetch`. Declared as a method, so that the platform's own, which wants a real `AbortSignal`, fits. */
export type Fetch = FetchMethod["fetch"];

interface Platform {
  readonly AbortController: new () => { readonly signal: Signal; abort(): void };
  readonly fetch: Fetch;
  clearTimeout(timer: unknown): void;
  queueMicrotask(task: () => void): void;
  setTimeout(task: () => void, milliseconds: number): unknown;
}

/** The global object, looked at when it is used and not before: a `fetch` that is replaced later counts. */
export const platform: Platform = globalThis as unknown as Platform;
