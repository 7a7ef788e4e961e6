// Tokens of the caller (protocol: AUTH-9): asked for when they are needed, renewed before they end.
import type { Client, Headers, Link } from "./client.js";

/** A token is renewed in the last fifth of its life, and no earlier than this many seconds before its end. */
const MARGIN = 30;

/** Functions that hand out what a header carries (AUTH-11 to AUTH-14): they rest on whatever there is without it. */
const MAKER = /^(jwt_(obtain|refresh|revoke)|mwt_obtain)$/;

/** A token and how long it is good for. */
export interface Token {
  readonly token: string;
  /** Seconds, from now on. Default: until the server refuses it. */
  readonly expiresIn?: number | undefined;
}

/** Where tokens come from. */
export interface TokenOptions {
  /**
   * Gives a token; nothing while nobody is signed in. Asked when a request needs one and never twice at a time. Of the
   * client's own functions it may call `mwt_obtain`, `jwt_obtain`, `jwt_refresh` and `jwt_revoke`, which go without a
   * token, alone. Any other would wait for the very token that it is to make.
   */
  readonly getToken: () => Promise<Token | null | undefined>;
  /** `X-Mizan-Token` for an identity token (default), `Authorization` for an access token, sent as `Bearer`. */
  readonly header?: "Authorization" | "X-Mizan-Token";
}

interface Held {
  readonly headers: Promise<Headers | undefined>;
  /** By `Date.now()`. */
  renewAt: number;
}

/**
 * Makes a client send a token with each request. All requests that need one wait for the same. One whose token
 * the server refuses has not run; it is repeated once, with a new one.
 *
 * @returns forgets the token, so that the next request asks for one, once `getToken` has answered whom it was asked for
 *   before: to call when somebody signs in or out
 */
export function authenticate(
  client: Client,
  { getToken, header = "X-Mizan-Token" }: TokenOptions,
): () => void {
  const isBearer = header === "Authorization";
  let held: Held | undefined;
  /** How often it was forgotten. */
  let era = 0;
  /** Settles when `getToken` has answered, for whomever it was asked. */
  let idle: Promise<unknown> = Promise.resolve();

  function ask(): Held {
    let start: number;
    const asked: Held = {
      headers: idle
        .then(() => {
          start = Date.now();
          return getToken();
        })
        .then((given) => {
          if (!given) return undefined;
          const { expiresIn, token } = given;
          if (expiresIn !== undefined) {
            asked.renewAt = start + 1000 * Math.max(expiresIn * 0.8, expiresIn - MARGIN);
          }
          return { [header]: isBearer ? `Bearer ${token}` : token };
        }),
      renewAt: Number.POSITIVE_INFINITY,
    };
    // Where there was none, the next request asks again.
    const drop = () => {
      if (held === asked) held = undefined;
    };
    idle = asked.headers.then((headers) => headers ?? drop(), drop);
    return asked;
  }

  function present(): Held {
    if (!held || Date.now() >= held.renewAt) held = ask();
    return held;
  }

  const link = client as Link;
  const { call, guard } = link;
  const isMaker = (fn: string | undefined) =>
    MAKER.test(fn as string) && !(isBearer && fn === "mwt_obtain");
  link.call = (one, options) => call(isMaker(one.fn) ? { ...one, isAlone: true } : one, options);
  link.guard = async (attempt, body) => {
    // The text of a single call ends with its name, which no argument can imitate.
    if (isMaker(/"fn":"(\w+)"}$/.exec(body ?? "")?.[1])) return guard(attempt, body);
    const used = present();
    const begun = era;
    let headers: Headers | undefined;
    try {
      headers = await used.headers;
    } catch (cause) {
      return { cause, status: 0 };
    }
    if (!headers) return guard(attempt, body);
    const answer = await attempt(headers);
    if (!answer.head?.get("x-mizan-token")) return answer;
    // Another request may have been refused as well, and have asked already.
    if (held === used) held = undefined;
    const renewed = await present().headers.catch(() => undefined);
    // What one person asked for is not done in the name of the next.
    return renewed && begun === era ? attempt(renewed) : answer;
  };

  return () => {
    era++;
    held = undefined;
  };
}
