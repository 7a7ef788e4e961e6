// What an application is given besides its functions, in the form in which the native half reads it.
import type { Caller } from "./identity.js";

/** A secret: text counts as its UTF-8. */
export type Secret = Uint8Array | string;

/** What a key is for. */
export type Purpose = "access" | "cache" | "csrf" | "mwt" | "refresh";

/** The functions that hand tokens out. */
export type TokenFunction = "jwt_obtain" | "jwt_refresh" | "jwt_revoke" | "mwt_obtain";

/** Which tokens an application takes (AUTH-9). What is not taken is the application's own header. */
export interface Tokens {
  /** Whether `X-Mizan-Token` carries an identity token. Default true. */
  readonly mwt?: boolean;
  /** Whether `Authorization: Bearer` carries an access token. Default true. */
  readonly access?: boolean;
  /** What `aud` has to be; `mizan`. Give each application that shares a secret its own. */
  readonly audience?: string;
  /** How far clocks may be apart, in seconds; 30. */
  readonly leeway?: number;
  /** Functions that hand tokens out, each switched on by its name. */
  readonly functions?: readonly TokenFunction[];
  /** Who has that `sub` now, for `jwt_refresh`; nobody for somebody who may no longer sign in. */
  readonly find?: (sub: string) => Caller | Promise<Caller | null | undefined> | null | undefined;
  /**
   * What a caller is allowed now, given its `sub`. A token carries no permissions, so a guard that asks for some asks here;
   * without it `find` is asked, and without that such a guard refuses every token.
   */
  readonly permissions?: (
    sub: string,
  ) => Iterable<string> | Promise<Iterable<string> | null | undefined> | null | undefined;
}

/** The origin cache: where finished bundles are kept (STORE-1 to STORE-13). */
export interface Cache {
  /** `memory`, for an application of one process; or `redis://host:port/database`, which processes and hosts share. */
  readonly store: string;
  /** Most bytes that `memory` keeps; 64 MiB. */
  readonly maxBytes?: number;
  /** What all keys of a Redis start with; `mizan`. Give each application that shares one its own. */
  readonly prefix?: string;
  /** Milliseconds that a Redis has to be reached, and to answer; 50. */
  readonly timeout?: number;
  /**
   * Milliseconds that a mutation waits for a Redis that does not answer any more, so that no other process is served what
   * it made stale (STORE-13); 500.
   */
  readonly patience?: number;
  /** Milliseconds that concurrent misses of several processes wait for one of them; by default they do not. */
  readonly lease?: number;
}

/** Keys of their own for some purposes, in place of derived ones: a name and a secret each, the first signs. */
export type Keys = Partial<
  Readonly<Record<Purpose, readonly (readonly [name: string, secret: Secret])[]>>
>;

/** What of an application's options the native half is told. */
export interface Given {
  readonly secret: Secret | readonly Secret[] | undefined;
  readonly keys: Keys | undefined;
  readonly tokens: Tokens | undefined;
  readonly cache: Cache | string | undefined;
  readonly csrf: boolean | undefined;
  readonly hasSessions: boolean;
  readonly trustedOrigins: readonly string[];
}

/** The settings as JSON text, and the secrets that it names by their place. */
export function settingsOf(given: Given): {
  readonly secrets: Uint8Array[];
  readonly text: string;
} {
  const { members, secrets } = keySettings(given.secret, given.keys);
  const cache = typeof given.cache === "string" ? { store: given.cache } : given.cache;
  const seconds = (time: number | undefined) => (time === undefined ? undefined : time / 1000);
  const { tokens } = given;
  const text = JSON.stringify({
    ...members,
    asks: given.hasSessions,
    csrf: given.csrf,
    has_sessions: given.hasSessions,
    store: cache && {
      lease: seconds(cache.lease),
      max_bytes: cache.maxBytes,
      patience: seconds(cache.patience),
      prefix: cache.prefix,
      timeout: seconds(cache.timeout),
      url: cache.store,
    },
    tokens: tokens && {
      access: tokens.access,
      audience: tokens.audience,
      finds: tokens.find !== undefined,
      functions: tokens.functions,
      leeway: tokens.leeway,
      mwt: tokens.mwt,
    },
    trusted_origins: given.trustedOrigins,
  });
  return { secrets, text };
}

/** What the native half is told of keys. */
interface KeyMembers {
  /** Places of what the environment holds; left out where it does not count. */
  readonly environment?: readonly (number | null)[];
  readonly keys: unknown[];
  /** How many secrets the option has; left out where it is not given. */
  readonly secrets?: number;
}

/** What the native half reads of keys, and the secrets that this names by their place. */
export function keySettings(
  secret: Secret | readonly Secret[] | undefined,
  own: Keys | undefined,
): { readonly members: KeyMembers; readonly secrets: Uint8Array[] } {
  const secrets: Uint8Array[] = [];
  const placed = (setting: string, one: unknown) => secrets.push(secretBytes(setting, one)) - 1;
  let given: Omit<KeyMembers, "keys">;
  if (secret === undefined) {
    const variables = [process.env["MIZAN_SECRET"], process.env["MIZAN_SECRET_OLD"]];
    given = {
      environment: variables.map((held) => (held === undefined ? null : placed("", held))),
    };
  } else {
    const several = Array.isArray(secret) ? (secret as readonly Secret[]) : [secret as Secret];
    for (const one of several) placed("secret", one);
    given = { secrets: several.length };
  }
  const keys = Object.entries(own ?? {}).map(([purpose, held]) => [
    purpose,
    held.map(([name, one]) => [name, placed(`keys["${purpose}"]`, one)]),
  ]);
  return { members: { ...given, keys }, secrets };
}

/** The bytes of a secret. What they are worth is the core's to say; a problem names the setting, never the value. */
function secretBytes(setting: string, secret: unknown): Uint8Array {
  if (typeof secret === "string") return new TextEncoder().encode(secret);
  if (secret instanceof Uint8Array) return secret;
  throw new TypeError(
    `${setting} is ${secret === null ? "null" : typeof secret}: a secret is text or bytes`,
  );
}
