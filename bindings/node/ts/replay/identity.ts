// Answers cases of identity: keyrings, tokens, the token against forged requests, origins, names of cache entries.
import { Buffer } from "node:buffer";
import { type NativeKeyring, native } from "../native.js";
import { Said } from "../tokens.js";
import { built, bytesOf, fine, hexOf, json, Malformed, object, Part, Refused } from "./case.js";
import { identity } from "./host.js";
import { replay } from "./native.js";

const PURPOSES = ["access", "cache", "csrf", "mwt", "refresh"] as const;

/** Settings of keys, as the native half reads them, and the secrets that they name by their place. */
export interface KeySettings {
  readonly secrets: Uint8Array[];
  readonly members: {
    readonly environment?: readonly (number | null)[];
    readonly keys: unknown[];
    readonly secrets?: number;
  };
}

function keysOf(text: string[], secrets: Uint8Array[]): [string, number][] {
  return text.map((item) => {
    const key = Part.of(item);
    key.hasOnly(["kid", "secret"]);
    return [key.text("kid"), secrets.push(key.bytes("secret")) - 1];
  });
}

/** Reads `secrets`, `environment` and `keys`. */
export function keySettings(given: Part): KeySettings {
  const secrets = given.has("secrets") ? given.texts("secrets").map(bytesOf) : [];
  const option = given.has("secrets") ? { secrets: secrets.length } : {};
  const environment = given.has("environment") ? given.part("environment") : undefined;
  const variables = environment && {
    environment: ["secret", "older"].map((name) =>
      environment.has(name) ? secrets.push(Buffer.from(environment.text(name))) - 1 : null,
    ),
  };
  const own = given.has("keys") ? given.part("keys") : new Part(new Map());
  own.hasOnly(PURPOSES);
  const keys = own.names.map((purpose) => [purpose, keysOf(own.items(purpose), secrets)]);
  return { members: { ...option, ...variables, keys }, secrets };
}

/** The keyrings of settings. */
export function keyringsOf({ members, secrets }: KeySettings, audience = "mizan"): NativeKeyring {
  return built(() => new native.Keyring(json(members), secrets, audience));
}

/** `secrets`, `environment` and `keys` → the names of the keys of each purpose. */
function keyring(given: Part): string {
  const rings = keyringsOf(keySettings(given));
  const named = PURPOSES.map((purpose) => [purpose, rings.kids(purpose)] as const);
  return json(Object.fromEntries(named.filter(([, kids]) => kids.length > 0)));
}

/** `keyring`, the keys of one purpose, or `secrets`, those of all. */
function ringsOf(given: Part, purpose: string, audience?: string): NativeKeyring {
  if (!given.has("keyring")) {
    const shared = new Part(new Map([["secrets", given.raw("secrets")]]));
    return keyringsOf(keySettings(shared), audience);
  }
  const secrets: Uint8Array[] = [];
  const keys = [[purpose, keysOf(given.items("keyring"), secrets)]];
  return keyringsOf({ members: { keys, secrets: 0 }, secrets }, audience);
}

const CLAIMS: Readonly<Record<string, readonly string[]>> = {
  access: ["sub", "staff", "super"],
  mwt: ["sub", "pkey", "staff", "super"],
  refresh: ["sub"],
};

function kindOf(given: Part): string {
  const kind = given.text("type");
  if (!Object.hasOwn(CLAIMS, kind)) throw new Malformed(`${kind} is no kind of token`);
  return kind;
}

/** `type`, `keyring` or `secrets`, `claims`, `now`, `ttl`, `audience`, `jti` and `fam` → `text`. */
function tokenMint(given: Part): string {
  const kind = kindOf(given);
  const claims = given.part("claims");
  claims.hasOnly(CLAIMS[kind] as string[]);
  const rings = ringsOf(given, kind, given.text("audience"));
  const sub = claims.text("sub");
  const rest = [given.integer("now"), given.integer("ttl")] as const;
  const mint = () => {
    if (kind === "refresh") {
      return native.mintRefresh(rings.number(), sub, given.text("jti"), given.text("fam"), ...rest);
    }
    const flags = (claims.flag("staff") ? 1 : 0) + (claims.flag("super") ? 2 : 0);
    return kind === "mwt"
      ? replay.mintMwt(rings, sub, claims.text("pkey"), flags, ...rest)
      : native.mintAccess(rings.number(), sub, given.text("jti"), flags, ...rest);
  };
  return object({ text: json(mint()) });
}

const SAID: Readonly<Record<string, readonly string[]>> = {
  access: ["sub", "jti", "staff", "super", "iat", "nbf", "exp"],
  mwt: ["sub", "pkey", "staff", "super", "iat", "nbf", "exp"],
  refresh: ["sub", "jti", "fam", "iat", "nbf", "exp"],
};

/** `type`, `keyring` or `secrets`, `audience`, `text`, `now` and `leeway` → `claims`. */
function tokenVerify(given: Part): string {
  const kind = kindOf(given);
  const audience = given.text("audience");
  const times = [given.integer("now"), given.integer("leeway")] as const;
  const rings = ringsOf(given, kind, audience);
  const number = ["mwt", "access", "refresh"].indexOf(kind);
  const text = native.verify(rings.number(), number, given.text("text"), ...times);
  if (text.startsWith("!")) throw new Refused("UNAUTHENTICATED");
  const said = new Said(text);
  const all: Record<string, unknown> = {
    exp: said.expires,
    fam: said.fam,
    iat: said.issued,
    jti: said.own,
    nbf: said.notBefore,
    pkey: said.own,
    staff: said.staff,
    sub: said.sub,
    super: said.superuser,
  };
  const claims = Object.fromEntries((SAID[kind] as string[]).map((name) => [name, all[name]]));
  return json({ claims: { aud: audience, ...claims } });
}

/** `keyring` and `text` → `hex`, the payload. */
function jwsVerify(given: Part): string {
  const payload = replay.verifySignature(ringsOf(given, "access"), "access", given.text("text"));
  if (payload === null) throw new Refused("UNAUTHENTICATED");
  return object({ hex: hexOf(payload) });
}

/** `permissions`, `staff` and `super` → `text`. */
function permissionKey(given: Part): string {
  const key = native.permissionKey(
    given.texts("permissions"),
    given.flag("staff"),
    given.flag("super"),
  );
  return json({ text: key });
}

/** Keys of one purpose, made of one secret. */
function ringOf(purpose: string, given: Part): NativeKeyring {
  const keys = [[purpose, [["k", 0]]]];
  return keyringsOf({ members: { keys, secrets: 0 }, secrets: [given.bytes("secret")] });
}

/** `secret`, `session`, and `nonce` → `text`, or `token` → nothing. */
function csrf(given: Part): string {
  const rings = ringOf("csrf", given);
  const session = given.text("session");
  if (!given.has("token")) {
    return json({ text: replay.csrfMint(rings, session, given.bytes("nonce")) });
  }
  if (!replay.csrfCheck(rings, session, given.text("token"))) throw new Refused("FORBIDDEN");
  return "{}";
}

/** `method`, `origin`, `fetch_site`, `host` (each all values of a header) and `trusted` → nothing. */
function origin(given: Part): string {
  const method = given.text("method");
  const trusted = given.texts("trusted");
  const headers = [given.texts("origin"), given.texts("fetch_site"), given.texts("host")] as const;
  fine(built(() => replay.allowOrigin(trusted, method, ...headers)));
  return "{}";
}

/** `stored`, `jti` and `successor` → whether the token is `taken`, and what to `store`. */
function refresh(given: Part): string {
  const stored = given.raw("stored") === "null" ? null : given.text("stored");
  const [taken, store] = replay.rotate(stored, given.text("jti"), given.text("successor"));
  return json({ store: store ?? null, taken: taken === "=" });
}

/** `key` and `message` → `hex`; for public vectors, no pins have it. */
function hmacSha256(given: Part): string {
  return object({ hex: hexOf(replay.hmacSha256(given.bytes("key"), given.bytes("message"))) });
}

/** `ir`, `secret`, `context`, `params`, and in a context that is not public `sub` or `identity` → `text`. */
function cacheKey(given: Part): string {
  if (!given.raw("params").startsWith("{")) throw new Malformed("no params");
  const params = fine(replay.canonicalJson(Buffer.from(given.raw("params")), "float"));
  const rings = ringOf("cache", given);
  return json({
    text: fine(
      replay.cacheKey(
        rings,
        given.text("ir"),
        given.text("context"),
        params,
        given.has("sub"),
        given.maybeText("sub"),
        given.has("identity") ? identity(given.part("identity")) : undefined,
      ),
    ),
  });
}

/** What answers each kind. */
export const IDENTITY_KINDS: Readonly<Record<string, (given: Part) => string>> = {
  cache_key: cacheKey,
  csrf,
  hmac_sha256: hmacSha256,
  jws_verify: jwsVerify,
  keyring,
  origin,
  permission_key: permissionKey,
  refresh,
  token_mint: tokenMint,
  token_verify: tokenVerify,
};
