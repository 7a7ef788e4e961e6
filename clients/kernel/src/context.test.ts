import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Api, eventually, shopApi, startServer, type TestServer } from "../test/index.js";
import { type Client, type ClientEvent, createClient, invalidate, watchBundles } from "./index.js";

let server: TestServer;
let client: Client;
let api: Api;

beforeEach(async () => {
  // A page has a window.
  vi.stubGlobal("window", {});
  server = await startServer();
  client = createClient({ base: server.base });
  api = shopApi(client);
});

afterEach(async () => {
  vi.unstubAllGlobals();
  await server.close();
});

describe("a read", () => {
  test("is a GET and gives the bundle", async () => {
    expect(await api.userContext({ user_id: 1 })).toEqual({
      user_orders: [{ id: 10, title: "pen" }],
      user_profile: { name: "Ada", user_id: 1 },
    });
    expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "GET /ctx/user/?user_id=1",
    ]);
    expect(server.received[0]?.headers).not.toHaveProperty("content-type");
  });

  test("without params has no query", async () => {
    expect(await api.boardContext()).toEqual({ board_notes: ["hello"] });
    expect(server.received[0]?.url).toBe("/ctx/board/");
  });

  test("writes params sorted and encoded, repeats the key of a list and leaves out null", async () => {
    await api.searchContext({ text: "a b&ü=1+1", tags: ["x", "y z"], page: 2 });
    await api.searchContext({ text: null, tags: [] });
    expect(server.received.map(({ url }) => url)).toEqual([
      "/ctx/search/?page=2&tags=x&tags=y%20z&text=a%20b%26%C3%BC%3D1%2B1",
      "/ctx/search/",
    ]);
  });

  test("a param that no URL can hold is a rejection, not an exception", async () => {
    await expect(api.searchContext({ text: "\ud800" })).rejects.toThrow(URIError);
    expect(server.received).toEqual([]);
  });

  test("an empty text is a text", async () => {
    await api.searchContext({ text: "" });
    expect(server.received[0]?.url).toBe("/ctx/search/?text=");
  });

  test("a bigint comes back as a bigint", async () => {
    expect(await api.wealthContext()).toEqual({ wealth_total: 9007199254740993n });
  });

  test("a failed member is named", async () => {
    await expect(api.userContext({ user_id: 99 })).rejects.toMatchObject({
      code: "NOT_FOUND",
      function: "user_orders",
      status: 404,
    });
  });

  test("what is no bundle is NETWORK", async () => {
    server.disturb("GET", { status: 502, text: "<h1>Bad gateway</h1>" });
    await expect(api.boardContext()).rejects.toMatchObject({ code: "NETWORK", status: 502 });
    server.disturb("GET", { text: "" });
    await expect(api.boardContext()).rejects.toMatchObject({ code: "NETWORK", status: 200 });
  });

  test("can be aborted, and ends its request", async () => {
    const hold = server.hold("GET");
    const controller = new AbortController();
    const read = api.boardContext(undefined, { signal: controller.signal });
    const received = await hold.isRun;
    controller.abort();
    await expect(read).rejects.toMatchObject({ code: "ABORTED" });
    await eventually(() => expect(received.isDropped).toBe(true));
    hold.release();
  });

  test("with an aborted signal sends nothing", async () => {
    await expect(
      api.boardContext(undefined, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: "ABORTED" });
    expect(server.received).toEqual([]);
  });

  test("has a time limit where the caller says so", async () => {
    const hold = server.hold("GET");
    await expect(api.boardContext(undefined, { timeout: 20 })).rejects.toMatchObject({
      code: "TIMEOUT",
    });
    hold.release();
  });
});

describe("a read that was under way when a call changed its bundle", () => {
  test("gives what is true after the change, and does not wait for the old answer", async () => {
    const hold = server.hold("GET");
    const read = api.userContext({ user_id: 1 });
    const old = await hold.isRun;
    await api.updateProfile({ name: "Ida", user_id: 1 });
    expect((await read).user_profile.name).toBe("Ida");
    await eventually(() => expect(old.isDropped).toBe(true));
    expect(server.count("GET")).toBe(2);
    hold.release();
  });

  test("gives it too where the old answer arrives first after all", async () => {
    const hold = server.hold("GET");
    const read = api.userContext({ user_id: 1 });
    await hold.isRun;
    await api.updateProfile({ name: "Ida", user_id: 1 });
    hold.release();
    expect((await read).user_profile.name).toBe("Ida");
  });

  test("is read anew for a merge as well", async () => {
    const hold = server.hold("GET");
    const read = api.userContext({ user_id: 1 });
    await hold.isRun;
    await api.addOrder({ id: 11, title: "ink", user_id: 1 });
    hold.release();
    expect((await read).user_orders).toHaveLength(2);
  });

  test("is read anew as often as it takes", async () => {
    const holds = [server.hold("GET"), server.hold("GET")];
    const read = api.userContext({ user_id: 1 });
    await holds[0]?.isRun;
    await api.updateProfile({ name: "Ida", user_id: 1 });
    await holds[1]?.isRun;
    await api.updateProfile({ name: "Eve", user_id: 1 });
    expect((await read).user_profile.name).toBe("Eve");
    for (const hold of holds) hold.release();
  });

  test("takes the bundle that came with the change", async () => {
    const end = watchBundles(client, () => [
      { context: "user", members: 2, params: { user_id: 1 } },
    ]);
    const hold = server.hold("GET");
    const read = api.userContext({ user_id: 1 });
    await hold.isRun;
    await api.updateProfile({ name: "Ida", user_id: 1 });
    expect((await read).user_profile.name).toBe("Ida");
    expect(server.count("GET")).toBe(1);
    hold.release();
    end();
  });

  test("an old error is no answer either", async () => {
    server.shop.users.delete(2);
    const hold = server.hold("GET");
    const read = api.userContext({ user_id: 2 });
    await hold.isRun;
    server.shop.users.set(2, { name: "Grace", orders: [] });
    invalidate(client, [{ context: "user" }]);
    hold.release();
    expect((await read).user_profile.name).toBe("Grace");
  });

  test("a change of other params leaves it alone", async () => {
    const hold = server.hold("GET");
    const read = api.userContext({ user_id: 1 });
    await hold.isRun;
    await api.updateProfile({ name: "Hopper", user_id: 2 });
    hold.release();
    expect((await read).user_profile.name).toBe("Ada");
    expect(server.count("GET")).toBe(1);
  });

  test("an aborted read is not read anew", async () => {
    const hold = server.hold("GET");
    const controller = new AbortController();
    const read = api.userContext({ user_id: 1 }, { signal: controller.signal });
    await hold.isRun;
    controller.abort();
    await expect(read).rejects.toMatchObject({ code: "ABORTED" });
    await api.updateProfile({ name: "Ida", user_id: 1 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.count("GET")).toBe(1);
    hold.release();
  });

  test("a change in the moment between the answer and its reader is told once more", async () => {
    const events: ClientEvent[] = [];
    client.subscribe((event) => events.push(event));
    await api.userContext({ user_id: 1 });
    // The reader runs in the same run of microtasks in which the answer came: nothing of a later task is in between.
    invalidate(client, [{ context: "user", params: { user_id: 1 } }]);
    const changes = () => events.filter(({ type }) => type === "change");
    expect(changes()).toHaveLength(1);
    await eventually(() =>
      expect(changes()).toMatchObject([
        { targets: [{ context: "user", params: { user_id: 1 } }] },
        { targets: [{ context: "user", params: { user_id: 1 } }] },
      ]),
    );
    // And only in that moment.
    invalidate(client, [{ context: "user", params: { user_id: 1 } }]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(changes()).toHaveLength(3);
  });
});
