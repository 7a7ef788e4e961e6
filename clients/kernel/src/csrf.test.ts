import { afterEach, beforeEach, expect, test } from "vitest";
import {
  eventually,
  fetchWithCookies,
  shopApi,
  startServer,
  type TestServer,
} from "../test/index.js";
import {
  authenticate,
  type ClientEvent,
  configure,
  createClient,
  defineFunction,
  packFiles,
} from "./index.js";

let server: TestServer;

beforeEach(async () => {
  server = await startServer();
  server.protection.session = "ada";
});

afterEach(() => server.close());

/** A client of a page whose visitor has a session. */
function browser() {
  return createClient({ base: server.base, fetch: fetchWithCookies("session=ada") });
}

/** Method and URL of every request so far, each with the token that it carried. */
function trail(header = "x-mizan-csrf") {
  return server.received.map(({ headers, method, url }) =>
    [method, url, headers[header]?.toString().replace(/\.\d+$/, "")].filter(Boolean).join(" "),
  );
}

test("the first call is repeated with a token, and later ones have it from the start", async () => {
  const api = shopApi(browser());
  expect(await api.echo({ value: 1 })).toBe(1);
  expect(await api.echo({ value: 2 })).toBe(2);
  expect(trail()).toEqual(["POST /call/", "GET /session/", "POST /call/ ada", "POST /call/ ada"]);
  const [refused, , repeated] = server.received;
  expect(repeated?.body).toEqual(refused?.body);
});

test("a call that was refused for want of a token takes effect once", async () => {
  await shopApi(browser()).addNote({ text: "once" });
  expect(server.shop.notes).toEqual(["hello", "once"]);
});

test("calls on the way at once share one token", async () => {
  const api = shopApi(browser());
  const hold = server.hold("GET /session/");
  const calls: Promise<unknown>[] = [];
  for (const value of [1, 2, 3]) {
    calls.push(api.echo({ value }));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await hold.isRun;
  await eventually(() => expect(server.count("POST /call/")).toBe(3));
  hold.release();
  expect(await Promise.all(calls)).toEqual([1, 2, 3]);
  expect(server.count("GET /session/")).toBe(1);
  expect(server.count("POST /call/")).toBe(6);
});

test("a batch is repeated as a whole", async () => {
  const api = shopApi(browser());
  const answers = await Promise.all([api.echo({ value: 1 }), api.echo({ value: 2 })]);
  expect(answers).toEqual([1, 2]);
  expect(trail()).toEqual(["POST /call/", "GET /session/", "POST /call/ ada"]);
});

test("a call with files is repeated with its files", async () => {
  const send = defineFunction<{ value: Blob }, null>(
    browser(),
    "echo",
    undefined,
    undefined,
    packFiles,
  );
  expect(await send({ value: new File(["png"], "me.png") })).toBeNull();
  const [, , repeated] = server.received;
  expect(await repeated?.files[0]?.[1].text()).toBe("png");
});

test("another session needs another token, which is fetched once", async () => {
  const api = shopApi(browser());
  await api.echo({ value: 1 });
  server.protection.session = "grace";
  expect(await api.echo({ value: 2 })).toBe(2);
  expect(await api.echo({ value: 3 })).toBe(3);
  expect(trail().slice(3)).toEqual([
    "POST /call/ ada",
    "GET /session/",
    "POST /call/ grace",
    "POST /call/ grace",
  ]);
});

test("a second refusal is the error, and the next call tries anew", async () => {
  const api = shopApi(
    createClient({ base: server.base, headers: () => ({ cookie: "session=a" }) }),
  );
  for (const tries of [1, 2]) {
    await expect(api.echo()).rejects.toMatchObject({ code: "FORBIDDEN", status: 403 });
    expect(server.count("GET /session/")).toBe(tries);
    expect(server.count("POST /call/")).toBe(2 * tries);
  }
});

test.each([
  ["no token", { text: '{"authenticated":true,"csrf":null}' }],
  ["an error", { status: 503, text: '{"error":{"code":"UNAVAILABLE","message":"unavailable"}}' }],
  ["a proxy's page", { status: 502, text: "<h1>Bad gateway</h1>" }],
  ["null", { text: "null" }],
])("where the session answers %s, the refusal is the error", async (_name, disturbance) => {
  server.disturb("GET /session/", disturbance);
  const api = shopApi(browser());
  await expect(api.echo()).rejects.toMatchObject({ code: "FORBIDDEN", status: 403 });
  expect(server.count("POST /call/")).toBe(1);
  expect(await api.echo({ value: 2 })).toBe(2);
});

test("another refusal asks for no token", async () => {
  server.disturb("POST", {
    status: 403,
    text: '{"error":{"code":"FORBIDDEN","message":"not allowed"}}',
  });
  await expect(shopApi(browser()).echo()).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect(trail()).toEqual(["POST /call/"]);
});

test("the token goes under the name that the server says", async () => {
  server.protection.csrfHeader = "X-CSRFToken";
  await shopApi(browser()).echo();
  expect(trail("x-csrftoken")[2]).toBe("POST /call/ ada");
});

test("a read neither has the token nor asks for one", async () => {
  const api = shopApi(browser());
  await api.echo();
  server.disturb("GET /ctx/", {
    headers: { "x-mizan-csrf": "required" },
    status: 403,
    text: '{"error":{"code":"FORBIDDEN","message":"not allowed"}}',
  });
  await expect(api.boardContext()).rejects.toMatchObject({ code: "FORBIDDEN" });
  await api.boardContext();
  expect(trail().slice(3)).toEqual(["GET /ctx/board/", "GET /ctx/board/"]);
});

test("a client with tokens needs none, and without a token it does as others", async () => {
  const client = browser();
  let token: string | undefined = "t1";
  server.protection.tokens = new Set([token]);
  const forget = authenticate(client, { getToken: async () => (token ? { token } : null) });
  const api = shopApi(client);
  await api.echo();
  token = undefined;
  forget();
  await api.echo();
  expect(trail()).toEqual(["POST /call/", "POST /call/", "GET /session/", "POST /call/ ada"]);
});

test("a caller that gives up while the token is fetched sends nothing more", async () => {
  const hold = server.hold("GET /session/");
  const api = shopApi(browser());
  const controller = new AbortController();
  const call = api.addNote({ text: "late" }, { signal: controller.signal });
  const gone = expect(call).rejects.toMatchObject({ code: "ABORTED" });
  await hold.isRun;
  controller.abort();
  await gone;
  hold.release();
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(server.shop.notes).toEqual(["hello"]);
  expect(server.count("POST /call/")).toBe(1);
});

test("the events show the request of the token, and the call once", async () => {
  const client = browser();
  const events: ClientEvent[] = [];
  client.subscribe((event) => events.push(event));
  await shopApi(client).echo();
  expect(
    events.map((event) => [event.type, "url" in event && event.url.replace(server.base, "")]),
  ).toEqual([
    ["request", "/call/"],
    ["request", "/session/"],
    ["response", "/session/"],
    ["response", "/call/"],
  ]);
  expect(events.at(-1)).toMatchObject({ status: 200 });
});

test("cookies travel as the app says, for the session as for calls", async () => {
  const seen: unknown[] = [];
  const keeping = fetchWithCookies("session=ada");
  const client = createClient({ base: server.base });
  configure(client, {
    credentials: "include",
    fetch: (url, init) => {
      seen.push(init.credentials);
      return keeping(url, init);
    },
  });
  await shopApi(client).echo();
  expect(seen).toEqual(["include", "include", "include"]);
});

test("without a word of the app fetch is told nothing of cookies, which some platforms refuse", async () => {
  const keeping = fetchWithCookies("session=ada");
  const named: boolean[] = [];
  const client = createClient({
    base: server.base,
    fetch: (url, init) => {
      named.push("credentials" in init);
      return keeping(url, init);
    },
  });
  await shopApi(client).echo();
  expect(named).toEqual([false, false, false]);
});
