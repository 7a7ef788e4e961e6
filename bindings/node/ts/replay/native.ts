// Parts of the core one by one, as the native half has them for the replayer alone (`src/replay`).
//
// An answer is one text: `=` and what was asked for, or `!`, a code, and for `VALIDATION` a line end and its details.
import { type NativeApplication, type NativeKeyring, native } from "../native.js";

/** A JSON Schema, compiled. */
export interface NativeSchema {
  read(text: Uint8Array): string;
  query(query: Uint8Array): string;
}

/** The origin cache by itself. */
export interface NativeCache {
  load(context: string, entry: string, tags: string[], patience: number): string;
  store(fill: number, body: string, ttl: number): boolean;
  abandon(fill: number): void;
  hold(context: string, tags: string[], limit: number): number;
  purge(context: string, tags: string[], hold?: number): boolean;
  lift(hold: number): void;
  evictEntry(context: string, entry: string, tags: string[]): boolean;
  evictGeneration(context: string, tag: string): boolean;
  evictEpoch(context: string): boolean;
  restart(): boolean;
}

interface NativeReplay {
  readonly Cache: new (
    store: string,
    secret: Uint8Array,
    room: number,
    prefix: string,
    patience: number,
  ) => NativeCache;
  readonly Schema: new (schema: string, role: "input" | "output" | "params") => NativeSchema;
  allowOrigin(
    trusted: string[],
    method: string,
    origin: string[],
    fetchSite: string[],
    host: string[],
  ): string;
  cacheKey(
    keyring: NativeKeyring,
    ir: string,
    context: string,
    params: string,
    namesSub: boolean,
    sub?: string,
    identity?: string,
  ): string;
  canonicalJson(text: Uint8Array, numbers: string): string;
  checkJson(text: Uint8Array): string;
  csrfCheck(keyring: NativeKeyring, session: string, token: string): boolean;
  csrfMint(keyring: NativeKeyring, session: string, nonce: Uint8Array): string;
  mintMwt(
    keyring: NativeKeyring,
    sub: string,
    pkey: string,
    flags: number,
    now: number,
    life: number,
  ): string;
  entryName(
    keyring: NativeKeyring,
    context: string,
    params: string,
    revision: string,
    sub?: string,
  ): string;
  findBreaks(older: string, newer: string): string;
  formatTargets(targets: string): string;
  hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array;
  parseTargets(lines: string[]): string;
  rewriteIr(text: string): string;
  rotate(stored: string | null, jti: string, successor: string): string[];
  scope(application: NativeApplication, name: string, args: string, sub?: string): string;
  tags(application: NativeApplication, context: string, params: string, sub?: string): string;
  verifySignature(keyring: NativeKeyring, purpose: string, token: string): Uint8Array | null;
}

/** What only the replayer calls. */
export const replay: NativeReplay = (native as typeof native & { readonly replay: NativeReplay })
  .replay;
