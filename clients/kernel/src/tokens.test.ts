import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type Api,
  fetchWithCookies,
  shopApi,
  startServer,
  type TestServer,
} from "../test/index.js";
import {
  authenticate,
  type Client,
  type ClientEvent,
  configure,
  createClient,
  defineFunction,
  type Token,
} from "./index.js";

let server: TestServer;
let client: Client;
let api: Api;
let asked: number;

beforeEach(async () => {
  server = await startServer();
  server.protection.tokens = new Set();
  client = createClient({ base: server.base });
  api = shopApi(client);
  asked = 0;
});

afterEach(async () => {
  vi.useRealTimers();
  await server.close();
});

/** Gives `t1`, `t2` and so on, each good at the server from then on, and the only one that is. */
async function nextToken(expiresIn?: number): Promise<Token> {
  asked += 1;
  const token = `t${asked}`;
  await new Promise((resolve) => setTimeout(resolve, 5));
  server.protection.tokens = new Set([token]);
  return { expiresIn, token };
}

/** The token that each request carried. */
function carried(): (string | string[] | undefined)[] {
  return server.received.map(({ headers }) => headers["x-mizan-token"]);
}

const UNAUTHENTICATED = {
  status: 401,
  text: '{"error":{"code":"UNAUTHENTICATED","message":"sign in first"}}',
};

describe("a token", () => {
  test("is asked for with the first request and goes with every one", async () => {
    authenticate(client, { getToken: () => nextToken() });
    expect(asked).toBe(0);
    await api.echo();
    await api.boardContext();
    await api.echo();
    expect(carried()).toEqual(["t1", "t1", "t1"]);
    expect(asked).toBe(1);
  });

  test("goes as a bearer where it is an access token", async () => {
    authenticate(client, { getToken: () => nextToken(), header: "Authorization" });
    await api.echo();
    expect(server.received[0]?.headers).toMatchObject({ authorization: "Bearer t1" });
    expect(server.received[0]?.headers).not.toHaveProperty("x-mizan-token");
  });

  test("is in no URL, no body and no event", async () => {
    const token = "secret-of-ada";
    server.protection.tokens = new Set([token]);
    const events: ClientEvent[] = [];
    client.subscribe((event) => events.push(event));
    authenticate(client, { getToken: async () => ({ token }) });
    await api.userContext({ user_id: 1 });
    await api.echo({ value: 1 });
    const shown = server.received.map(({ body, url }) => ({ body, url }));
    expect(carried()).toEqual([token, token]);
    expect(JSON.stringify([shown, events])).not.toContain(token);
  });

  test("is asked for once by all that wait for it", async () => {
    authenticate(client, { getToken: () => nextToken() });
    const reads = [api.boardContext(), api.userContext({ user_id: 1 }), api.echo()];
    await Promise.resolve();
    await Promise.resolve();
    reads.push(api.echo());
    await Promise.all(reads);
    expect(carried()).toEqual(["t1", "t1", "t1", "t1"]);
    expect(asked).toBe(1);
  });

  test("goes beside the headers of the app, and over one of its name", async () => {
    const own = createClient({
      base: server.base,
      headers: () => ({ "X-Mizan-Token": "stale", "x-app": "1" }),
    });
    authenticate(own, { getToken: () => nextToken() });
    await shopApi(own).echo();
    expect(server.received[0]?.headers).toMatchObject({ "x-app": "1", "x-mizan-token": "t1" });
  });
});

describe("the end of a token's life", () => {
  const START = new Date("2026-03-01T12:00:00Z").getTime();

  beforeEach(() => vi.useFakeTimers({ now: START, toFake: ["Date"] }));

  test.each([
    ["a long one 30 seconds before its end", 900, 870],
    ["a short one in the last fifth of its life", 60, 48],
  ])("%s it is renewed, and not before", async (_name, life, renewal) => {
    authenticate(client, { getToken: () => nextToken(life) });
    await api.echo();
    vi.setSystemTime(START + renewal * 1000 - 1);
    await api.echo();
    vi.setSystemTime(START + renewal * 1000);
    await Promise.all([api.echo(), api.boardContext()]);
    expect(carried()).toEqual(["t1", "t1", "t2", "t2"]);
    expect(asked).toBe(2);
  });

  test("counts from when it was asked for", async () => {
    authenticate(client, {
      getToken: async () => {
        const token = await nextToken(100);
        if (asked === 1) vi.setSystemTime(START + 85_000);
        return token;
      },
    });
    await api.echo();
    await api.echo();
    expect(carried()).toEqual(["t1", "t2"]);
  });

  test("one without a life is kept until it is refused", async () => {
    authenticate(client, { getToken: () => nextToken() });
    await api.echo();
    vi.setSystemTime(START + 1e12);
    await api.echo();
    expect(asked).toBe(1);
  });
});

describe("a refused token", () => {
  test("is renewed once, and the request repeated", async () => {
    authenticate(client, { getToken: () => nextToken() });
    await api.echo();
    server.protection.tokens = new Set();
    await api.addNote({ text: "once" });
    server.protection.tokens = new Set();
    expect(await api.boardContext()).toEqual({ board_notes: ["hello", "once"] });
    expect(carried()).toEqual(["t1", "t1", "t2", "t2", "t3"]);
  });

  test("is renewed once for all that were refused", async () => {
    authenticate(client, { getToken: () => nextToken() });
    await api.echo();
    server.protection.tokens = new Set();
    const slow = server.hold("GET /ctx/board/");
    const late = api.boardContext();
    await slow.isRun;
    await Promise.all([api.echo(), api.userContext({ user_id: 1 })]);
    slow.release();
    await late;
    expect(asked).toBe(2);
    expect(carried().slice(1)).toEqual(["t1", "t1", "t1", "t2", "t2", "t2"]);
  });

  test("and a second refusal is the error, without a third try", async () => {
    authenticate(client, { getToken: async () => ({ token: `wrong${++asked}` }) });
    await expect(api.echo()).rejects.toMatchObject({ code: "UNAUTHENTICATED", status: 401 });
    expect(carried()).toEqual(["wrong1", "wrong2"]);
  });

  test.each<[string, () => Promise<null>]>([
    ["signed out", async () => null],
    ["offline", () => Promise.reject(new Error("offline"))],
  ])("is the error where there is no new one: %s", async (_name, next) => {
    authenticate(client, { getToken: () => (asked ? next() : nextToken()) });
    await api.echo();
    server.protection.tokens = new Set();
    await expect(api.echo()).rejects.toMatchObject({ code: "UNAUTHENTICATED", status: 401 });
    expect(carried()).toEqual(["t1", "t1"]);
  });

  test("is one by its header: a call that ran and raised that error is not sent again", async () => {
    authenticate(client, { getToken: () => nextToken() });
    const error = { code: "UNAUTHENTICATED", message: "Not you." };
    await expect(api.addNoteAndRaise({ text: "once" })).rejects.toMatchObject(error);
    expect(server.shop.notes).toEqual(["hello", "once"]);
    expect(server.count("POST")).toBe(1);
    expect(asked).toBe(1);
  });

  test("another 401, as a proxy gives it, and an entry of a batch renew nothing", async () => {
    authenticate(client, { getToken: () => nextToken() });
    server.disturb("POST", { status: 401, text: "<h1>Who are you?</h1>" });
    await expect(api.echo()).rejects.toMatchObject({ code: "NETWORK", status: 401 });
    server.disturb("POST", {
      text: `[{"error":{"code":"UNAUTHENTICATED","message":"sign in first"},"status":401},{"invalidate":[],"result":1}]`,
    });
    const outcomes = await Promise.allSettled([api.echo(), api.echo()]);
    expect(outcomes).toMatchObject([{ reason: { code: "UNAUTHENTICATED" } }, { value: 1 }]);
    expect(asked).toBe(1);
    expect(server.count("POST")).toBe(2);
  });
});

describe("nobody signed in", () => {
  test("goes without a token, and is asked again by the next request", async () => {
    const tokens = [null, undefined, { token: "t9" }];
    server.protection.tokens = new Set(["t9"]);
    authenticate(client, { getToken: async () => tokens.shift() });
    await api.echo();
    await api.echo();
    await api.echo();
    expect(carried()).toEqual([undefined, undefined, "t9"]);
  });

  test("gets the refusal of the server, once", async () => {
    server.disturb("POST", UNAUTHENTICATED);
    authenticate(client, { getToken: async () => null });
    await expect(api.echo()).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    expect(server.count("POST")).toBe(1);
  });

  test("what was forgotten is not used again, not even if it comes late", async () => {
    let give: (token: Token) => void = () => undefined;
    const late = new Promise<Token>((resolve) => {
      give = resolve;
    });
    const tokens = [late, Promise.resolve({ token: "grace" })];
    server.protection.tokens = new Set(["ada", "grace"]);
    const forget = authenticate(client, { getToken: async () => tokens.shift() });
    const first = api.boardContext();
    await Promise.resolve();
    forget();
    const second = api.echo();
    give({ expiresIn: 900, token: "ada" });
    await Promise.all([first, second]);
    await api.echo();
    expect(carried()).toEqual(["ada", "grace", "grace"]);
  });

  test("is told too late to matter once somebody has signed in", async () => {
    let say: (token: null) => void = () => undefined;
    const late = new Promise<null>((resolve) => {
      say = resolve;
    });
    server.protection.tokens = new Set(["grace"]);
    const forget = authenticate(client, {
      getToken: () => (++asked === 1 ? late : Promise.resolve({ token: "grace" })),
    });
    const first = api.boardContext();
    await Promise.resolve();
    forget();
    const second = api.echo();
    await new Promise((resolve) => setTimeout(resolve, 20));
    // The source is not asked for one caller while it answers for another.
    expect(asked).toBe(1);
    say(null);
    await Promise.all([first, second]);
    await api.echo();
    expect(carried()).toEqual([undefined, "grace", "grace"]);
    expect(asked).toBe(2);
  });

  test("is told in vain where it cannot be told: the next one is asked for all the same", async () => {
    let fail: (error: Error) => void = () => undefined;
    const late = new Promise<Token>((_resolve, reject) => {
      fail = reject;
    });
    const forget = authenticate(client, {
      getToken: () => (++asked === 1 ? late : Promise.resolve({ token: "t2" })),
    });
    server.protection.tokens = new Set(["t2"]);
    const first = api.boardContext();
    await Promise.resolve();
    forget();
    const second = api.echo({ value: 1 });
    fail(new Error("offline"));
    await expect(first).rejects.toMatchObject({ code: "NETWORK" });
    expect(await second).toBe(1);
    expect(carried()).toEqual(["t2"]);
  });

  test("does not do in the next person's name what the one before asked for", async () => {
    let who = "of-ada";
    const forget = authenticate(client, { getToken: async () => ({ token: who }) });
    server.protection.tokens = new Set(["of-bob"]);
    const refused = server.hold("POST");
    const renaming = api.updateProfile({ name: "Ida", user_id: 1 });
    await refused.isRun;
    who = "of-bob";
    forget();
    refused.release();
    await expect(renaming).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    expect(await api.echo({ value: 1 })).toBe(1);
    expect(carried()).toEqual(["of-ada", "of-bob"]);
  });
});

describe("a token that cannot be had", () => {
  test("fails what waits for it, sends nothing, and is asked for again", async () => {
    let isOffline = true;
    authenticate(client, {
      getToken() {
        // Thrown, not rejected: that comes to the same.
        if (isOffline) throw new Error("offline");
        return nextToken();
      },
    });
    const outcomes = await Promise.allSettled([api.echo(), api.boardContext()]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ reason: { cause: { message: "offline" }, code: "NETWORK" } });
    }
    expect(server.received).toEqual([]);
    isOffline = false;
    await api.echo();
    expect(carried()).toEqual(["t1"]);
  });

  test("lets a caller go that no longer waits", async () => {
    authenticate(client, { getToken: () => new Promise(() => undefined) });
    await expect(api.echo({}, { timeout: 20 })).rejects.toMatchObject({ code: "TIMEOUT" });
    await expect(api.boardContext(undefined, { timeout: 20 })).rejects.toMatchObject({
      code: "TIMEOUT",
    });
    expect(server.received).toEqual([]);
  });
});

describe("a function that hands tokens out", () => {
  beforeEach(() => {
    server.protection.session = "ada";
    server.shop.mint = () => `m${++asked}`;
    server.protection.tokens = new Set(["m1", "m2"]);
    configure(client, { fetch: fetchWithCookies("session=ada") });
  });

  test("is called by the source itself, with cookies and without a token", async () => {
    const obtain = defineFunction<undefined, { token: string; expires_in: number }>(
      client,
      "mwt_obtain",
    );
    authenticate(client, {
      getToken: async () => {
        const { expires_in, token } = await obtain();
        return { expiresIn: expires_in, token };
      },
    });
    const calls = [api.echo({ value: 1 }), api.boardContext()];
    // Made while the token is on the way, and so in one tick with the call that gets it.
    await Promise.resolve();
    await Promise.resolve();
    calls.push(api.echo({ value: { fn: "mwt_obtain" } }));
    expect(await Promise.all(calls)).toEqual([1, { board_notes: ["hello"] }, { fn: "mwt_obtain" }]);
    const sent = server.received.map(({ body, headers, url }) => [
      url,
      JSON.stringify(body ?? null),
      headers["x-mizan-token"],
      headers["x-mizan-csrf"] !== undefined,
    ]);
    expect(sent.slice(0, 3)).toEqual([
      ["/call/", '{"fn":"mwt_obtain"}', undefined, false],
      ["/session/", "null", undefined, false],
      ["/call/", '{"fn":"mwt_obtain"}', undefined, true],
    ]);
    expect(sent.slice(3).sort()).toEqual([
      ["/call/", '{"args":{"value":1},"fn":"echo"}', "m1", false],
      ["/call/", '{"args":{"value":{"fn":"mwt_obtain"}},"fn":"echo"}', "m1", false],
      ["/ctx/board/", "null", "m1", false],
    ]);
  });

  test("never shares a request, on either side", async () => {
    authenticate(client, { getToken: async () => ({ token: "m1" }) });
    const obtain = defineFunction(client, "mwt_obtain");
    await Promise.all([api.echo(), api.echo(), obtain(), api.echo(), api.echo()]);
    const bodies = server.received.flatMap(({ body, headers, method }) =>
      method === "POST" ? [[JSON.stringify(body), headers["x-mizan-token"]]] : [],
    );
    const pair = '[{"args":{},"fn":"echo"},{"args":{},"fn":"echo"}]';
    expect(bodies.sort()).toEqual([
      [pair.replaceAll('"args":{},', ""), "m1"],
      [pair.replaceAll('"args":{},', ""), "m1"],
      ['{"fn":"mwt_obtain"}', undefined],
      ['{"fn":"mwt_obtain"}', undefined],
    ]);
  });

  test.each(["mwt_obtain_all", "jwt_report", "mwt_list", "jwt_obtainer", "my_jwt_obtain"])(
    "is one by its whole name, which %s is not",
    async (name) => {
      authenticate(client, { getToken: async () => ({ token: "m1" }) });
      await Promise.allSettled([defineFunction(client, name)(), api.echo()]);
      expect(carried()).toEqual(["m1"]);
      expect(server.received[0]?.body).toMatchObject([{ fn: name }, { fn: "echo" }]);
    },
  );

  test("has an access token where it may: what an identity token is made of", async () => {
    server.protection.tokens = new Set(["access", "m1"]);
    authenticate(client, {
      getToken: async () => ({ token: "access" }),
      header: "Authorization",
    });
    const obtain = defineFunction<undefined, { token: string }>(client, "mwt_obtain");
    authenticate(client, { getToken: () => obtain() });
    await api.echo();
    const sent = server.received.map(({ headers }) => [
      headers.authorization,
      headers["x-mizan-token"],
    ]);
    expect(sent).toEqual([
      ["Bearer access", undefined],
      [undefined, "m1"],
    ]);
  });
});
