// Tokens by themselves: made where somebody signs in, and in tests; checked where no application does it.
//
// What a token is stands in `docs/protocol.md` (TOK-1 to TOK-16), what a secret may be in KEY-1 to KEY-5.
import { randomBytes } from "node:crypto";
import { Unauthenticated } from "./errors.js";
import { permissionNames } from "./identity.js";
import { type NativeKeyring, native } from "./native.js";
import { type Keys, keySettings, type Secret } from "./settings.js";

/** A token that is not valid. Whoever sent it learns nothing but that (TOK-11). */
export class TokenRefused extends Unauthenticated {
  /** Why, for logs and tests. */
  readonly reason: string;

  constructor(reason: string) {
    super();
    this.reason = reason;
  }
}

/** The times of a token, in seconds since 1970. */
export interface TokenTimes {
  readonly issued: number;
  readonly notBefore: number;
  readonly expires: number;
}

/** What an identity token (MWT) says. */
export interface IdentityToken extends TokenTimes {
  readonly sub: string;
  /** The permission key: a digest of permissions and flags (TOK-12). */
  readonly pkey: string;
  readonly staff: boolean;
  readonly superuser: boolean;
}

/** What an access token says. */
export interface AccessToken extends TokenTimes {
  readonly sub: string;
  readonly jti: string;
  readonly staff: boolean;
  readonly superuser: boolean;
}

/** What a refresh token says. */
export interface RefreshToken extends TokenTimes {
  readonly sub: string;
  readonly jti: string;
  /** What it shares with all that are refreshed from it (TOK-13). */
  readonly fam: string;
}

/** When a token is made, and for how long. */
export interface MintOptions {
  /** How long it is valid, in seconds: 300 for an identity token, 900 for an access token, 14 days for a refresh token. */
  readonly life?: number;
  /** The time, in seconds since 1970; the clock's. */
  readonly now?: number;
}

/** What an identity token is to say. */
export interface MintMwtOptions extends MintOptions {
  /** What `sub` is allowed; the token has a digest of it. */
  readonly permissions?: Iterable<string>;
  /** Whether `sub` belongs to the staff. */
  readonly staff?: boolean;
  /** Whether every guard lets `sub` pass. */
  readonly superuser?: boolean;
}

/** What an access token is to say. */
export interface MintAccessOptions extends MintOptions {
  readonly staff?: boolean;
  readonly superuser?: boolean;
  /** The token's own number; a random one. */
  readonly jti?: string;
}

/** What a refresh token is to say. */
export interface MintRefreshOptions extends MintOptions {
  /** The token's own number; a random one. */
  readonly jti?: string;
  /** The family of the token that it replaces; a new one. */
  readonly fam?: string;
}

/** When a token is looked at. */
export interface VerifyOptions {
  /** The time, in seconds since 1970; the clock's. */
  readonly now?: number;
  /** How far clocks may be apart, in seconds; 30. */
  readonly leeway?: number;
}

/** What keys are made of. */
export interface KeyringOptions {
  /** Keys of a purpose's own, in place of what the secrets would give it. */
  readonly keys?: Keys;
  /** For whom tokens are made, and whose are taken; `mizan`. */
  readonly audience?: string;
}

const [MWT_LIFE, ACCESS_LIFE, REFRESH_LIFE, LEEWAY] = native.tokenTimes() as [
  number,
  number,
  number,
  number,
];

/**
 * The keys of an application, for each purpose; the first of a list signs, all of them verify.
 *
 *     const keyring = new Keyring(process.env.MIZAN_SECRET);
 *     const token = keyring.mintAccess("5", { staff: true });
 *     keyring.verifyAccess(token).sub === "5";
 */
export class Keyring {
  /** For whom tokens are made, and whose are taken. */
  readonly audience: string;
  /** Held for as long as its number is used. */
  readonly #native: NativeKeyring;
  readonly #number: number;

  /**
   * Throws an `Error` where a secret is short, looks like a key file, or serves twice. It names the setting, never the value.
   *
   * @param secret One secret for every purpose, of 32 bytes or more, or several: after the first those that it replaced,
   *   which still verify (KEY-2). None for an application that has `keys` alone.
   */
  constructor(secret: Secret | readonly Secret[] | undefined, options: KeyringOptions = {}) {
    const { members, secrets } = keySettings(secret ?? [], options.keys);
    this.audience = wellFormed(options.audience ?? "mizan");
    this.#native = new native.Keyring(JSON.stringify(members), secrets, this.audience);
    this.#number = this.#native.number();
  }

  /**
   * An identity token, for `X-Mizan-Token`.
   *
   * Throws where there is no key for it, a time is out of range, or it would be longer than 8 KiB (TOK-16).
   */
  mintMwt(sub: string, options: MintMwtOptions = {}): string {
    const { life = MWT_LIFE, now, permissions } = options;
    const names = permissions === undefined ? "" : namesText(permissions);
    const at = clock(now);
    whole("life", life);
    return native.mintMwt(this.#number, wellFormed(sub), names, flags(options), at, life);
  }

  /** An access token, for `Authorization: Bearer`. Throws as `mintMwt`. */
  mintAccess(sub: string, options: MintAccessOptions = {}): string {
    const { jti = random(), life = ACCESS_LIFE, now } = options;
    const at = clock(now);
    whole("life", life);
    return native.mintAccess(
      this.#number,
      wellFormed(sub),
      wellFormed(jti),
      flags(options),
      at,
      life,
    );
  }

  /** A refresh token. It is taken only where the store knows its family (TOK-15). Throws as `mintMwt`. */
  mintRefresh(sub: string, options: MintRefreshOptions = {}): string {
    const { fam = random(), jti = random(), life = REFRESH_LIFE, now } = options;
    const times = [clock(now), whole("life", life)] as const;
    const said = [wellFormed(sub), wellFormed(jti), wellFormed(fam)] as const;
    return native.mintRefresh(this.#number, ...said, ...times);
  }

  /** What an identity token says, given without anything around it. Throws `TokenRefused` where it is not valid. */
  verifyMwt(token: string, options: VerifyOptions = {}): IdentityToken {
    const { expires, issued, notBefore, own, staff, sub, superuser } = this.#verify(
      MWT,
      token,
      options,
    );
    return { expires, issued, notBefore, pkey: own, staff, sub, superuser };
  }

  /** What an access token says; as `verifyMwt`. */
  verifyAccess(token: string, options: VerifyOptions = {}): AccessToken {
    const { expires, issued, notBefore, own, staff, sub, superuser } = this.#verify(
      ACCESS,
      token,
      options,
    );
    return { expires, issued, jti: own, notBefore, staff, sub, superuser };
  }

  /** What a refresh token says; as `verifyMwt`. Whether it was used before is the store's to say. */
  verifyRefresh(token: string, options: VerifyOptions = {}): RefreshToken {
    const { expires, fam, issued, notBefore, own, sub } = this.#verify(REFRESH, token, options);
    return { expires, fam, issued, jti: own, notBefore, sub };
  }

  #verify(kind: number, token: string, { leeway = LEEWAY, now }: VerifyOptions): Said {
    const at = clock(now);
    whole("leeway", leeway);
    // What is no text, as from a header that is absent, is no token.
    const text = typeof token === "string" ? token : "";
    const answer = native.verify(this.#number, kind, text, at, leeway);
    if (answer.charCodeAt(0) === 33) throw new TokenRefused(answer.slice(1));
    return new Said(answer);
  }
}

/** What a token says (`src/keyring.rs`). */
export class Said implements TokenTimes {
  readonly issued: number;
  readonly notBefore: number;
  readonly expires: number;
  readonly staff: boolean;
  readonly superuser: boolean;
  readonly sub: string;
  /** Its `pkey` or its `jti`. */
  readonly own: string;
  /** Empty where it is no refresh token. */
  readonly fam: string;
  #at = 0;

  constructor(text: string) {
    this.issued = this.#number(text);
    this.notBefore = this.#number(text);
    this.expires = this.#number(text);
    const flags = this.#number(text);
    this.staff = (flags & 1) !== 0;
    this.superuser = (flags & 2) !== 0;
    const length = this.#number(text);
    const ownLength = this.#number(text);
    const middle = this.#at + length;
    this.sub = text.slice(this.#at, middle);
    this.own = text.slice(middle, middle + ownLength);
    this.fam = text.slice(middle + ownLength);
  }

  /** The next number, up to the blank behind it. */
  #number(text: string): number {
    let value = 0;
    for (;;) {
      const digit = text.charCodeAt(this.#at) - 48;
      this.#at += 1;
      if (!(digit >= 0)) return value;
      value = value * 10 + digit;
    }
  }
}

/** The kinds of tokens, as the native half counts them. */
const [MWT, ACCESS, REFRESH] = [0, 1, 2] as const;

/** Whether somebody is of the staff, and a superuser, as one number. */
function flags({ staff = false, superuser = false }: MintAccessOptions | MintMwtOptions): number {
  // What only looks like yes is a mistake, and never more than what was meant.
  if (typeof staff !== "boolean" || typeof superuser !== "boolean") {
    throw new TypeError("staff and superuser are true or false");
  }
  return (staff ? 1 : 0) + (superuser ? 2 : 0);
}

/** Names of permissions, as the native half reads them. */
function namesText(permissions: Iterable<string>): string {
  const names = permissionNames(permissions).map(wellFormed);
  return names.length === 0 ? "" : JSON.stringify(names);
}

/** Text with UTF-8. Half a character would become another one on its way. */
function wellFormed(text: string): string {
  if (typeof text !== "string") throw new TypeError(`a claim is text, not ${typeof text}`);
  // Most text has no surrogate at all, and that is quicker to see.
  if (/[\ud800-\udfff]/.test(text) && /\p{Surrogate}/u.test(text))
    throw new RangeError("a claim has half a character");
  return text;
}

function whole(name: string, seconds: number): number {
  if (!Number.isSafeInteger(seconds)) throw new RangeError(`${name} is a whole number of seconds`);
  return seconds;
}

const clock = (now: number | undefined) =>
  now === undefined ? Math.floor(Date.now() / 1000) : whole("now", now);

const random = () => randomBytes(16).toString("hex");
