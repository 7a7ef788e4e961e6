// Tokens by themselves: what they say, what is refused, and that another library agrees on 10,000 of them each way.
import { jwtVerify, SignJWT } from "jose";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import {
  type AccessToken,
  client,
  createMizan,
  type IdentityToken,
  Keyring,
  type Purpose,
  type RefreshToken,
  TokenRefused,
} from "../ts/index.js";
import { call } from "./shop.js";

const SECRET = "a secret of the tests, which everybody may know";
const NOW = 1_700_000_000;
const keyring = new Keyring(SECRET);

function reasonOf(verify: () => unknown): string {
  try {
    verify();
  } catch (error) {
    if (error instanceof TokenRefused) return error.reason;
    throw error;
  }
  throw new Error("it was taken");
}

describe("a token", () => {
  test("says what it was made of", () => {
    const mwt = keyring.mintMwt("5", { now: NOW, permissions: ["b", "a"], staff: true });
    expect(keyring.verifyMwt(mwt, { now: NOW })).toEqual({
      expires: NOW + 300,
      issued: NOW,
      notBefore: NOW,
      pkey: keyring.verifyMwt(
        keyring.mintMwt("6", { now: NOW, permissions: ["a", "b", "a"], staff: true }),
        { now: NOW },
      ).pkey,
      staff: true,
      sub: "5",
      superuser: false,
    });
    const access = keyring.mintAccess("5", { jti: "j", now: NOW, superuser: true });
    expect(keyring.verifyAccess(access, { now: NOW })).toEqual({
      expires: NOW + 900,
      issued: NOW,
      jti: "j",
      notBefore: NOW,
      staff: false,
      sub: "5",
      superuser: true,
    });
    const refresh = keyring.mintRefresh("5", { fam: "f", jti: "j", now: NOW });
    expect(keyring.verifyRefresh(refresh, { now: NOW })).toEqual({
      expires: NOW + 14 * 86_400,
      fam: "f",
      issued: NOW,
      jti: "j",
      notBefore: NOW,
      sub: "5",
    });
  });

  test("has the clock's time and a number of its own, where nobody says them", () => {
    const [one, two] = [keyring.mintRefresh("5"), keyring.mintRefresh("5")].map((token) =>
      keyring.verifyRefresh(token),
    );
    expect(one?.jti).toMatch(/^[0-9a-f]{32}$/);
    expect(one?.jti).not.toBe(two?.jti);
    expect(one?.fam).not.toBe(two?.fam);
    expect(Math.abs((one?.issued ?? 0) - Date.now() / 1000)).toBeLessThan(5);
  });

  test("is refused by a reason that its sender is not told", () => {
    const token = keyring.mintAccess("5", { life: 60, now: NOW });
    expect(keyring.verifyAccess(token, { now: NOW + 89 }).sub).toBe("5");
    expect(reasonOf(() => keyring.verifyAccess(token, { now: NOW + 90 }))).toContain("exp");
    expect(reasonOf(() => keyring.verifyAccess(token, { leeway: 0, now: NOW + 60 }))).toContain(
      "exp",
    );
    expect(reasonOf(() => keyring.verifyMwt(token, { now: NOW }))).not.toBe("");
    expect(reasonOf(() => keyring.verifyAccess("\ud800", { now: NOW }))).not.toBe("");
    expect(reasonOf(() => keyring.verifyAccess(undefined as never))).not.toBe("");
    const other = new Keyring(SECRET, { audience: "another" });
    expect(reasonOf(() => other.verifyAccess(token, { now: NOW }))).toContain("aud");
    const refused = new TokenRefused("it is old");
    expect([refused.code, refused.status, refused.message]).toEqual(["UNAUTHENTICATED", 401, ""]);
  });

  test("is verified by keys that were replaced, and signed by the first", () => {
    const newer = new Keyring(["another secret, which is not the first one any more", SECRET]);
    const token = keyring.mintMwt("5", { now: NOW });
    expect(newer.verifyMwt(token, { now: NOW }).sub).toBe("5");
    const next = newer.mintMwt("5", { now: NOW });
    expect(reasonOf(() => keyring.verifyMwt(next, { now: NOW }))).not.toBe("");
  });

  test("has another permission key for other permissions", () => {
    const keys = [[], ["a"], ["b"], ["a", "b"]].map(
      (permissions) => keyring.verifyMwt(keyring.mintMwt("5", { permissions })).pkey,
    );
    expect(new Set(keys).size).toBe(keys.length);
    expect(keyring.verifyMwt(keyring.mintMwt("5")).pkey).toBe(keys[0]);
  });

  test("takes nothing for a flag that only looks like one", () => {
    for (const options of [{ staff: "no" }, { superuser: 1 }] as never[]) {
      expect(() => keyring.mintMwt("5", options)).toThrow("true or false");
      expect(() => keyring.mintAccess("5", options)).toThrow("true or false");
    }
  });

  test("cannot be made of what would be another on its way", () => {
    expect(() => keyring.mintAccess("\udc00")).toThrow("half a character");
    expect(() => keyring.mintAccess(5 as never)).toThrow("a claim is text, not number");
    expect(() => keyring.mintAccess("5", { life: 1.5 })).toThrow("a whole number of seconds");
    expect(() => keyring.mintAccess("5", { life: 0 })).toThrow();
    expect(() => keyring.mintAccess("5".repeat(9000))).toThrow();
  });
});

test("keys that are none are told by their setting, never by their value", () => {
  expect(() => new Keyring("too short")).toThrow("secret is shorter than 32 bytes");
  expect(() => new Keyring("too short")).not.toThrow("too short");
  const own = { keys: { mwt: [["k", "too short"]] } } as const;
  expect(() => new Keyring(undefined, own)).toThrow('keys["mwt"] is shorter');
  const none = new Keyring(undefined, { keys: { mwt: [["k", SECRET]] } });
  expect(() => none.mintAccess("5")).toThrow('no key for access: set secret or keys["access"]');
  expect(none.verifyMwt(none.mintMwt("5")).sub).toBe("5");
});

test("the environment rotates secrets: the older one is taken, the newer one signs", async () => {
  const [older, newer] = ["older-".repeat(6), "newer-".repeat(6)] as const;
  const before = new Keyring(older).mintAccess("ada");
  const ask = async (fn: string, secret?: string) => {
    const who = client(
      { identity: true, output: z.string() },
      ({ identity }) => identity?.sub ?? "",
    );
    const tokens = { functions: ["mwt_obtain"] } as const;
    const mizan = createMizan({ functions: { who }, tokens, ...(secret ? { secret } : {}) });
    return mizan.fetch(call(fn, {}, { authorization: `Bearer ${before}` }));
  };
  vi.stubEnv("MIZAN_SECRET", newer);
  expect((await ask("who")).status).toBe(401);
  vi.stubEnv("MIZAN_SECRET_OLD", `${"x".repeat(32)}, ${older}`);
  expect(await (await ask("who")).json()).toMatchObject({ result: "ada" });
  const { result } = (await (await ask("mwt_obtain")).json()) as { result: { token: string } };
  expect(new Keyring(newer).verifyMwt(result.token).sub).toBe("ada");
  // An option is all that counts.
  expect((await ask("who", newer)).status).toBe(401);
  vi.stubEnv("MIZAN_SECRET", undefined);
  await expect(ask("who")).rejects.toThrow("MIZAN_SECRET_OLD has secrets that were replaced");
  vi.unstubAllEnvs();
});

const COUNT = 10_000;
const KINDS = { access: "at+jwt", mwt: "mwt+jwt", refresh: "rt+jwt" } as const;
const LETTERS = [...'abcXYZ0189 "\\/\b\n\t\0<>&\x7fé€\u2028\ue000\uffff😀'];

interface Made {
  readonly kind: keyof typeof KINDS;
  readonly secret: Uint8Array;
  readonly header: { alg: string; kid: string; typ: string };
  readonly keyring: Keyring;
  readonly claims: Record<string, boolean | number | string>;
}

/** Tokens with anything in them, the same ones each time. */
function* tokens(count: number): Generator<Made> {
  let state = 20;
  // Mulberry32, which any machine computes alike.
  const draw = (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
  const text = () =>
    Array.from({ length: draw(13) }, () => LETTERS[draw(LETTERS.length)] as string).join("");
  for (let index = 0; index < count; index += 1) {
    const kind = (["access", "mwt", "refresh"] as const)[draw(3)] as keyof typeof KINDS;
    // Both libraries take an empty audience for none.
    const audience = text() || "a";
    const times = { exp: NOW + 1 + draw(10 ** 6), iat: NOW, nbf: NOW };
    const flags = { staff: draw(2) === 1, super: draw(2) === 1 };
    const own = {
      access: { ...flags, jti: text() || "j" },
      mwt: { ...flags, pkey: text() },
      refresh: { fam: text() || "f", jti: text() || "j" },
    }[kind];
    const kid = index % 2 === 1 ? `k${index}é` : `${index}`;
    const secret = Uint8Array.from({ length: 32 + draw(100) }, (_, at) =>
      at === 0 ? 255 : draw(256),
    );
    const keys: Partial<Record<Purpose, [string, Uint8Array][]>> = { [kind]: [[kid, secret]] };
    yield {
      claims: { ...own, ...times, aud: audience, sub: text() },
      header: { alg: "HS256", kid, typ: KINDS[kind] },
      keyring: new Keyring(undefined, { audience, keys }),
      kind,
      secret,
    };
  }
}

function mint({ claims, keyring: rings, kind }: Made): string {
  const text = (name: string) => claims[name] as string;
  const times = { life: (claims["exp"] as number) - NOW, now: NOW };
  const flags = { staff: claims["staff"] as boolean, superuser: claims["super"] as boolean };
  if (kind === "refresh") {
    return rings.mintRefresh(text("sub"), { ...times, fam: text("fam"), jti: text("jti") });
  }
  return kind === "access"
    ? rings.mintAccess(text("sub"), { ...times, ...flags, jti: text("jti") })
    : rings.mintMwt(text("sub"), { ...times, ...flags });
}

/** The claims of a token, as this package reads them. */
function read({ keyring: rings, kind }: Made, token: string): Record<string, unknown> {
  const options = { now: NOW };
  const verify: Record<typeof kind, () => AccessToken | IdentityToken | RefreshToken> = {
    access: () => rings.verifyAccess(token, options),
    mwt: () => rings.verifyMwt(token, options),
    refresh: () => rings.verifyRefresh(token, options),
  };
  const said = verify[kind]();
  const { expires, issued, notBefore, superuser, ...rest } = said as typeof said & {
    superuser?: boolean;
  };
  const flags = superuser === undefined ? {} : { super: superuser };
  return { ...rest, ...flags, aud: rings.audience, exp: expires, iat: issued, nbf: notBefore };
}

describe(`${COUNT} tokens`, () => {
  test("that this package signs are read by jose", async () => {
    let count = 0;
    for (const made of tokens(COUNT)) {
      const { payload, protectedHeader } = await jwtVerify(mint(made), made.secret, {
        algorithms: ["HS256"],
        audience: made.claims["aud"] as string,
        currentDate: new Date(NOW * 1000),
        typ: made.header.typ,
      });
      expect(protectedHeader).toEqual(made.header);
      // Its digest of permissions is not the test's to choose.
      const pkey = made.kind === "mwt" ? { pkey: payload["pkey"] } : {};
      expect(payload).toEqual({ ...made.claims, ...pkey });
      count += 1;
    }
    expect(count).toBe(COUNT);
  }, 60_000);

  test("that jose signs are read by this package", async () => {
    for (const made of tokens(COUNT)) {
      const token = await new SignJWT(made.claims)
        .setProtectedHeader(made.header)
        .sign(made.secret);
      expect(read(made, token)).toEqual(made.claims);
    }
  }, 60_000);

  test("are refused by both where a character is another", async () => {
    let index = 0;
    for (const made of tokens(200)) {
      const token = mint(made);
      const at = (index * 7) % token.lastIndexOf(".");
      const changed = `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`;
      expect(reasonOf(() => read(made, changed))).not.toBe("");
      await expect(
        jwtVerify(changed, made.secret, { currentDate: new Date(NOW * 1000) }),
      ).rejects.toThrow();
      index += 1;
    }
  });
});
