import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Api, eventually, shopApi, startServer, type TestServer } from "../test/index.js";
import {
  type Client,
  type ClientEvent,
  configure,
  createClient,
  defineFunction,
  MizanError,
} from "./index.js";

let server: TestServer;
let client: Client;
let api: Api;
let events: ClientEvent[];

beforeEach(async () => {
  server = await startServer();
  client = createClient({ base: server.base, contract: server.contract });
  api = shopApi(client);
  events = [];
  client.subscribe((event) => events.push(event));
});

afterEach(() => server.close());

/** What a promise was rejected with. */
async function rejection(promise: Promise<unknown>): Promise<MizanError> {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(MizanError);
  return error as MizanError;
}

describe("one call", () => {
  test("travels as one object and gives the result", async () => {
    expect(await api.userProfile({ user_id: 1 })).toEqual({ name: "Ada", user_id: 1 });
    expect(server.received.map(({ body, method, url }) => [method, url, body])).toEqual([
      ["POST", "/call/", { args: { user_id: 1 }, fn: "user_profile" }],
    ]);
  });

  test("has the headers of the protocol and those of the app, asked anew each time", async () => {
    let token = 0;
    const signed = createClient({
      base: server.base,
      contract: "aaaa",
      headers: async () => ({ authorization: `Bearer ${++token}` }),
    });
    await defineFunction(signed, "echo")();
    await defineFunction(signed, "echo")();
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer 1",
      "Bearer 2",
    ]);
    expect(server.received[0]?.headers).toMatchObject({
      "content-type": "application/json",
      "x-mizan-contract": "aaaa",
    });
  });

  test("travels as the client was told, whenever that was, and else as before", async () => {
    const told = createClient({ base: server.base, headers: () => ({ "x-app": "1" }) });
    const echo = defineFunction(told, "echo");
    configure(told, { credentials: "omit" });
    await echo();
    configure(told, { headers: () => ({ "x-app": "2" }) });
    await echo();
    expect(server.received.map(({ headers }) => headers["x-app"])).toEqual(["1", "2"]);
  });

  test("looks the global fetch up when it is sent", async () => {
    const calls: unknown[] = [];
    const real = globalThis.fetch;
    vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
      calls.push(url);
      return real(url, init);
    });
    try {
      await api.echo();
    } finally {
      vi.unstubAllGlobals();
    }
    expect(calls).toEqual([`${server.base}/call/`]);
  });

  test("a bigint goes as its digits and comes back as a bigint", async () => {
    expect(await api.total({ add: 9007199254740993n })).toEqual({ total: 9007199254740994n });
    expect(server.received[0]?.body).toEqual({
      args: { add: "9007199254740993" },
      fn: "total",
    });
  });

  test.each([
    ["not a number", Number.NaN],
    ["an infinity", Number.POSITIVE_INFINITY],
    ["half a surrogate pair", "\ud800"],
    ["one of these inside", { list: [{ text: "\udc00" }] }],
    ["half a surrogate pair in a key", { "\ud800": 1 }],
  ])("%s is refused before it is sent, and its neighbours go", async (_name, value) => {
    const good = api.echo({ value: "😀 is whole" });
    await expect(api.echo({ value })).rejects.toThrow(TypeError);
    expect(await good).toBe("😀 is whole");
    expect(server.count("POST")).toBe(1);
  });

  test("text that looks like what cannot be sent travels", async () => {
    const value = { "\\ud800": [null, "null", "\\udc00", "\\\\ud800"] };
    expect(await api.echo({ value })).toEqual(value);
  });

  test("values without a prototype travel", async () => {
    const value = Object.assign(Object.create(null), { a: [true, null, { b: 1 }] });
    expect(await api.echo({ value })).toEqual({ a: [true, null, { b: 1 }] });
  });
});

describe("calls of one tick", () => {
  test("travel as one array, and each gets its own outcome", async () => {
    const [profile, missing, echoed] = await Promise.allSettled([
      api.userProfile({ user_id: 1 }),
      api.userProfile({ user_id: 99 }),
      api.echo({ value: [1] }),
    ]);
    expect(profile).toMatchObject({ value: { name: "Ada" } });
    expect(missing).toMatchObject({ reason: { code: "NOT_FOUND", status: 404 } });
    expect(echoed).toMatchObject({ value: [1] });
    expect(server.received.map(({ body }) => body)).toEqual([
      [
        { args: { user_id: 1 }, fn: "user_profile" },
        { args: { user_id: 99 }, fn: "user_profile" },
        { args: { value: [1] }, fn: "echo" },
      ],
    ]);
  });

  test("calls of different ticks travel alone", async () => {
    const first = api.echo({ value: 1 });
    await Promise.resolve();
    await Promise.resolve();
    const second = api.echo({ value: 2 });
    await Promise.all([first, second]);
    expect(server.received.map(({ body }) => Array.isArray(body))).toEqual([false, false]);
  });

  test("are at most 32 to a request", async () => {
    const values = Array.from({ length: 65 }, (_, index) => index);
    expect(await Promise.all(values.map((value) => api.echo({ value })))).toEqual(values);
    const sizes = server.received.map(({ body }) => (Array.isArray(body) ? body.length : "one"));
    expect(sizes.sort()).toEqual([32, 32, "one"]);
  });

  test("are split before the body grows beyond its limit", async () => {
    const value = "語".repeat(200_000);
    await Promise.all([api.echo({ value }), api.echo({ value }), api.echo({ value: 1 })]);
    const bytes = server.received.map(({ headers }) => Number(headers["content-length"]));
    expect(bytes.length).toBeGreaterThan(1);
    expect(Math.max(...bytes)).toBeLessThan(2 ** 20);
  });

  test("an error of the whole request is every call's", async () => {
    server.disturb("POST", {
      status: 413,
      text: JSON.stringify({ error: { code: "PAYLOAD_TOO_LARGE", message: "too large" } }),
    });
    const outcomes = await Promise.allSettled([api.echo(), api.echo()]);
    expect(outcomes).toMatchObject([
      { reason: { code: "PAYLOAD_TOO_LARGE", status: 413 } },
      { reason: { code: "PAYLOAD_TOO_LARGE", status: 413 } },
    ]);
  });

  test("a reply with too few entries fails those that are missing", async () => {
    server.disturb("POST", { text: JSON.stringify([{ invalidate: [], result: 1 }]) });
    const [first, second] = await Promise.allSettled([api.echo(), api.echo()]);
    expect(first).toMatchObject({ value: 1 });
    expect(second).toMatchObject({ reason: { code: "NETWORK", status: 200 } });
  });
});

describe("errors", () => {
  test("a declared one has its code, message, status and data", async () => {
    const error = await rejection(api.updateProfile({ name: "Grace", user_id: 1 }));
    expect(error).toMatchObject({
      code: "NAME_TAKEN",
      data: { taken_by: 2 },
      message: "That name is taken.",
      name: "MizanError",
      status: 409,
    });
  });

  test("INTERNAL has the id of the server's log line", async () => {
    expect(await rejection(api.fail())).toMatchObject({
      code: "INTERNAL",
      id: "f00d",
      status: 500,
    });
  });

  test("UNAVAILABLE says how long to wait, alone and in a batch", async () => {
    expect(await rejection(api.busy())).toMatchObject({ code: "UNAVAILABLE", retryAfter: 7 });
    const [busy] = await Promise.allSettled([api.busy(), api.echo()]);
    expect(busy).toMatchObject({ reason: { retryAfter: 7, status: 503 } });
  });

  test("a wait that one entry of a batch asks for is not the others'", async () => {
    const [missing, failed, busy] = await Promise.allSettled([
      api.userProfile({ user_id: 99 }),
      api.fail(),
      api.busy(),
    ]);
    expect(busy).toMatchObject({ reason: { retryAfter: 7 } });
    expect(missing).toMatchObject({ reason: { code: "NOT_FOUND", retryAfter: undefined } });
    expect(failed).toMatchObject({ reason: { code: "INTERNAL", retryAfter: undefined } });
  });

  test("a proxy may ask for a wait too", async () => {
    server.disturb("POST", {
      headers: { "retry-after": "9" },
      status: 503,
      text: "<h1>Down for maintenance</h1>",
    });
    expect(await rejection(api.echo())).toMatchObject({ code: "NETWORK", retryAfter: 9 });
  });

  test("a Retry-After that is no number of seconds is not taken for one", async () => {
    server.disturb("POST", {
      headers: { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" },
      status: 503,
      text: JSON.stringify({ error: { code: "UNAVAILABLE", message: "unavailable" } }),
    });
    expect((await rejection(api.echo())).retryAfter).toBeUndefined();
  });

  test.each([
    ["a proxy's page", { status: 502, text: "<h1>Bad gateway</h1>" }],
    ["an empty answer", { status: 200, text: "" }],
    ["JSON that is no envelope", { status: 200, text: "[1]" }],
    ["null", { status: 200, text: "null" }],
    ["an error without a code", { status: 400, text: '{"error":"no"}' }],
  ])("%s is NETWORK, with the status", async (_name, disturbance) => {
    server.disturb("POST", disturbance);
    const error = await rejection(api.echo());
    expect(error).toMatchObject({ code: "NETWORK", status: disturbance.status });
  });

  test("no server is NETWORK with status 0 and the cause", async () => {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
    const { port } = probe.address() as { port: number };
    await new Promise((resolve) => probe.close(resolve));
    const nowhere = createClient({ base: `http://127.0.0.1:${port}` });
    const error = await rejection(defineFunction(nowhere, "echo")());
    expect(error).toMatchObject({ cause: expect.any(TypeError), code: "NETWORK", status: 0 });
  });

  test("headers that cannot be made fail the call", async () => {
    const signed = createClient({
      base: server.base,
      headers: () => Promise.reject(new Error("no token")),
    });
    const error = await rejection(defineFunction(signed, "echo")());
    expect(error).toMatchObject({ cause: { message: "no token" }, code: "NETWORK" });
    expect(server.received).toEqual([]);
  });

  test("an error body cannot reach a prototype", async () => {
    server.disturb("POST", {
      status: 400,
      text: '{"error":{"code":"BAD_REQUEST","message":"no","__proto__":{"polluted":true}}}',
    });
    const error = await rejection(api.echo());
    expect(error).not.toHaveProperty("polluted");
    expect(error).toBeInstanceOf(MizanError);
  });
});

describe("a caller that no longer waits", () => {
  test("gets ABORTED, and a call that was not sent is not sent", async () => {
    const controller = new AbortController();
    const aborted = rejection(api.echo({ value: 1 }, { signal: controller.signal }));
    const other = api.echo({ value: 2 });
    controller.abort("changed my mind");
    expect(await aborted).toMatchObject({ cause: "changed my mind", code: "ABORTED", status: 0 });
    expect(await other).toBe(2);
    expect(server.received.map(({ body }) => body)).toEqual([{ args: { value: 2 }, fn: "echo" }]);
  });

  test("an aborted signal sends nothing at all", async () => {
    const { code } = await rejection(api.echo({ value: 1 }, { signal: AbortSignal.abort() }));
    expect(code).toBe("ABORTED");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.received).toEqual([]);
  });

  test("ends the request once nobody waits for it, and not before", async () => {
    const hold = server.hold("POST");
    const [one, two] = [new AbortController(), new AbortController()];
    const first = rejection(api.echo({ value: 1 }, { signal: one.signal }));
    const second = rejection(api.echo({ value: 2 }, { signal: two.signal }));
    const received = await hold.isRun;
    one.abort();
    expect((await first).code).toBe("ABORTED");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(received.isDropped).toBe(false);
    two.abort();
    expect((await second).code).toBe("ABORTED");
    await eventually(() => expect(received.isDropped).toBe(true));
    hold.release();
  });

  test("has a signal made for it only where everybody in the request may stop waiting", async () => {
    const signals: unknown[] = [];
    configure(client, {
      fetch: (url, init) => {
        signals.push(init.signal);
        return fetch(url, init);
      },
    });
    const { signal } = new AbortController();
    await api.echo({ value: 1 });
    await Promise.all([api.echo({ value: 1 }), api.echo({ value: 2 }, { signal })]);
    await Promise.all([
      api.echo({ value: 1 }, { timeout: 60_000 }),
      api.echo({ value: 2 }, { signal }),
    ]);
    expect(signals).toEqual([null, null, expect.any(AbortSignal)]);
    expect(signals).not.toContain(signal);
  });

  test("the others of its batch get their answers", async () => {
    const hold = server.hold("POST");
    const controller = new AbortController();
    const first = rejection(api.echo({ value: 1 }, { signal: controller.signal }));
    const second = api.echo({ value: 2 });
    await hold.isRun;
    controller.abort();
    await first;
    hold.release();
    expect(await second).toBe(2);
  });

  test("TIMEOUT comes when the time is up, with status 0", async () => {
    const hold = server.hold("POST");
    const error = await rejection(api.echo({ value: 1 }, { timeout: 30 }));
    expect(error).toMatchObject({ code: "TIMEOUT", message: "No answer in 30 ms.", status: 0 });
    hold.release();
  });

  test("an answer in time stops the clock and lets go of the signal", async () => {
    const controller = new AbortController();
    const remove = vi.spyOn(controller.signal, "removeEventListener");
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      await api.echo({ value: 1 }, { signal: controller.signal, timeout: 60_000 });
      expect(vi.getTimerCount()).toBe(0);
      expect(remove).toHaveBeenCalledOnce();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("events", () => {
  test("tell what was sent and what came back, before the call's promise settles", async () => {
    const answered = api.addNote({ text: "hi" }).then(() => events.length);
    expect(await answered).toBe(3);
    const url = `${server.base}/call/`;
    const body = JSON.stringify({ args: { text: "hi" }, fn: "add_note" });
    expect(events).toEqual([
      { body, type: "request", url },
      { body, status: 200, type: "response", url },
      { bundles: [], merges: [], targets: [{ context: "board" }], type: "change" },
    ]);
  });

  test("a batch changes things at once", async () => {
    await Promise.all([
      api.addNote({ text: "hi" }),
      api.updateProfile({ name: "Ida", user_id: 1 }),
      api.echo(),
    ]);
    expect(events.filter(({ type }) => type === "change")).toMatchObject([
      { targets: [{ context: "board" }, { context: "user", params: { user_id: 1 } }] },
    ]);
  });

  test("a call that failed changes nothing", async () => {
    await rejection(api.updateProfile({ name: "Grace", user_id: 1 }));
    await rejection(api.busy());
    const types = events.map(({ type }) => type);
    expect(types).toEqual(["request", "response", "request", "response"]);
  });

  test("a call whose answer was lost puts in doubt what it could have changed", async () => {
    server.disturb("POST", { status: 502, text: "<h1>Bad gateway</h1>" });
    await rejection(api.updateProfile({ name: "Ida", user_id: 1 }));
    expect(events.at(-1)).toMatchObject({ targets: [{ context: "user" }], type: "change" });

    const controller = new AbortController();
    const hold = server.hold("POST");
    const call = rejection(api.addNote({ text: "x" }, { signal: controller.signal }));
    await hold.isRun;
    controller.abort();
    await call;
    await eventually(() =>
      expect(events.at(-1)).toMatchObject({ targets: [{ context: "board" }], type: "change" }),
    );
    hold.release();
  });

  test.each([
    ["outran its limit at the server", "TIMEOUT", 504],
    ["failed by surprise", "INTERNAL", 500],
  ])("a call that %s may have taken effect all the same", async (_name, code, status) => {
    server.disturb("POST", { status, text: `{"error":{"code":"${code}","message":"no"}}` });
    expect(await rejection(api.addNote({ text: "x" }))).toMatchObject({ code, status });
    expect(events.at(-1)).toMatchObject({ targets: [{ context: "board" }], type: "change" });
  });

  test("and so may one of a batch, where the others say what they changed", async () => {
    server.disturb("POST", {
      text: `[{"error":{"code":"INTERNAL","id":"f00d","message":"internal error"},"status":500},
        {"invalidate":[{"context":"user","params":{"user_id":1}}],"result":null}]`,
    });
    await Promise.allSettled([
      api.addNote({ text: "x" }),
      api.updateProfile({ name: "Ida", user_id: 1 }),
    ]);
    expect(events.at(-1)).toMatchObject({
      targets: [{ context: "board" }, { context: "user", params: { user_id: 1 } }],
      type: "change",
    });
  });

  test("another contract is told once", async () => {
    const old = createClient({ base: server.base, contract: "old" });
    const heard: ClientEvent[] = [];
    old.subscribe((event) => heard.push(event));
    await defineFunction(old, "echo")();
    await defineFunction(old, "echo")();
    expect(heard.filter(({ type }) => type === "contract")).toEqual([
      { expected: "old", received: server.contract, type: "contract" },
    ]);
    await api.echo();
    expect(events.map(({ type }) => type)).not.toContain("contract");
  });

  test("an error that the server blames on the contract says so", async () => {
    server.disturb("POST", {
      status: 404,
      text: JSON.stringify({
        error: { code: "NOT_FOUND", contract: "changed", message: "not found" },
      }),
    });
    expect((await rejection(api.echo())).contract).toBe("changed");
    expect((await rejection(api.fail())).contract).toBeUndefined();
  });

  test("a listener that throws stops neither the call nor the other listeners, and is reported", async () => {
    const reported: unknown[] = [];
    const report = (error: unknown) => reported.push(error);
    process.on("unhandledRejection", report);
    try {
      const faulty = createClient({ base: server.base });
      const heard: string[] = [];
      const problem = new Error("a faulty listener");
      faulty.subscribe(({ type }) => {
        if (type === "response") throw problem;
      });
      faulty.subscribe(({ type }) => heard.push(type));
      expect(await defineFunction<{ value: number }, number>(faulty, "echo")({ value: 3 })).toBe(3);
      expect(heard).toEqual(["request", "response"]);
      await eventually(() => expect(reported).toEqual([problem]));
    } finally {
      process.off("unhandledRejection", report);
    }
  });

  test("an ended subscription hears no more", async () => {
    const heard: string[] = [];
    const end = client.subscribe(({ type }) => heard.push(type));
    end();
    await api.echo();
    expect(heard).toEqual([]);
  });
});
