import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Api, eventually, shopApi, startServer, type TestServer } from "../test/index.js";
import { deskOf } from "./desk.js";
import {
  type Change,
  type Client,
  createClient,
  invalidate,
  type ShownBundle,
  watchBundles,
} from "./index.js";

let server: TestServer;
let client: Client;
let api: Api;
let shown: ShownBundle[];
let changes: Change[];

const user = (user_id: number): ShownBundle => ({
  context: "user",
  members: 2,
  params: { user_id },
});

beforeEach(async () => {
  // A page has a window.
  vi.stubGlobal("window", {});
  server = await startServer();
  client = createClient({ base: server.base });
  api = shopApi(client);
  shown = [];
  changes = [];
  watchBundles(client, () => shown);
  client.subscribe((event) => {
    if (event.type === "change") changes.push(event);
  });
});

afterEach(async () => {
  vi.unstubAllGlobals();
  await server.close();
});

/** The `refresh` of each call of a request. */
function refreshOf(index: number): unknown[] {
  const { body } = server.received[index] ?? {};
  return [body].flat().map((call) => (call as { refresh?: unknown }).refresh);
}

describe("a call asks for the shown bundles that it affects", () => {
  test("and tells the ones that came along", async () => {
    shown = [user(1), { context: "board", members: 1, params: {} }];
    await api.updateProfile({ name: "Ida", user_id: 1 });
    expect(refreshOf(0)).toEqual([[{ context: "user", params: { user_id: 1 } }]]);
    expect(changes).toMatchObject([
      {
        bundles: [
          { context: "user", data: { user_profile: { name: "Ida" } }, params: { user_id: 1 } },
        ],
        targets: [{ context: "user", params: { user_id: 1 } }],
      },
    ]);
  });

  test("although another of those who know what is shown fails, which is reported", async () => {
    const failure = new Error("the view is gone");
    const reported = new Promise((resolve) => process.once("unhandledRejection", resolve));
    watchBundles(client, () => {
      throw failure;
    });
    shown = [user(1)];
    await api.updateProfile({ name: "Ida", user_id: 1 });
    expect(refreshOf(0)).toEqual([[{ context: "user", params: { user_id: 1 } }]]);
    expect(await reported).toBe(failure);
  });

  test("not for those whose params the args contradict", async () => {
    shown = [user(1), user(2)];
    await api.updateProfile({ name: "Ida", user_id: 2 });
    expect(refreshOf(0)).toEqual([[{ context: "user", params: { user_id: 2 } }]]);
  });

  test("each once, whoever shows it", async () => {
    shown = [user(1)];
    watchBundles(client, () => [user(1)]);
    await api.updateProfile({ name: "Ida", user_id: 1 });
    expect(refreshOf(0)).toEqual([[{ context: "user", params: { user_id: 1 } }]]);
  });

  test("none where none is shown, and none for a call that affects nothing", async () => {
    await api.updateProfile({ name: "Ida", user_id: 1 });
    shown = [user(1)];
    await api.userProfile({ user_id: 1 });
    expect([...refreshOf(0), ...refreshOf(1)]).toEqual([undefined, undefined]);
  });

  test("at most 16", async () => {
    shown = Array.from({ length: 20 }, (_, page) => ({
      context: "search",
      members: 1,
      params: { text: `${page}` },
    }));
    await api.moveSearch({ page: 1 });
    expect(refreshOf(0)[0]).toHaveLength(16);
  });

  test("no more than one request may run functions, so that the call itself is not refused", async () => {
    shown = [1, 2].map((part) => ({ context: "wide", members: 40, params: { part } }));
    await api.touchWide();
    expect(refreshOf(0)).toEqual([[{ context: "wide", params: { part: 1 } }]]);
    expect(changes).toMatchObject([{ bundles: [{ params: { part: 1 } }] }]);
  });

  test("none in a batch of several that change something", async () => {
    shown = [user(1)];
    await Promise.all([
      api.updateProfile({ name: "Ida", user_id: 1 }),
      api.renameQuietly({ name: "Eve", user_id: 1 }),
    ]);
    expect(refreshOf(0)).toEqual([undefined, undefined]);
  });

  test("also in a batch where the others change nothing", async () => {
    shown = [user(1)];
    await Promise.all([api.echo(), api.updateProfile({ name: "Ida", user_id: 1 })]);
    expect(refreshOf(0)).toEqual([undefined, [{ context: "user", params: { user_id: 1 } }]]);
    expect(changes).toMatchObject([{ bundles: [{ params: { user_id: 1 } }] }]);
  });

  test("an ended watch is not asked", async () => {
    const end = watchBundles(client, () => [user(1)]);
    end();
    await api.updateProfile({ name: "Ida", user_id: 1 });
    expect(refreshOf(0)).toEqual([undefined]);
  });
});

describe("a bundle in a reply", () => {
  test("has the name that it was asked for with, although the reply fills in the defaults", async () => {
    shown = [{ context: "search", members: 1, params: {} }];
    await api.moveSearch({ page: 1 });
    expect(changes).toMatchObject([
      { bundles: [{ context: "search", data: { search_results: { page: 1 } }, params: {} }] },
    ]);
    expect(changes[0]?.bundles[0]?.params).toEqual({});
  });

  test("is not taken for another that says less", async () => {
    shown = [
      { context: "search", members: 1, params: {} },
      { context: "search", members: 1, params: { page: 2, tags: ["x"], text: "t" } },
    ];
    await api.moveSearch({ page: 2 });
    expect(refreshOf(0)[0]).toHaveLength(2);
    expect(changes[0]?.bundles.map(({ params }) => params)).toEqual([
      { page: 2, tags: ["x"], text: "t" },
    ]);
  });
});

describe("what another answer may have changed meanwhile does not hold", () => {
  test("a bundle of a call that was overtaken is out of date", async () => {
    shown = [user(1)];
    const hold = server.hold("POST");
    const slow = api.updateProfile({ name: "Ida", user_id: 1 });
    await hold.isRun;
    shown = [];
    await api.updateProfile({ name: "Eve", user_id: 1 });
    hold.release();
    await slow;
    expect(changes).toHaveLength(2);
    expect(changes[1]).toMatchObject({
      bundles: [],
      targets: [{ context: "user", params: { user_id: 1 } }],
    });
  });

  test("a merge of a call that was overtaken is an invalidation", async () => {
    const hold = server.hold("POST");
    const slow = api.renameQuietly({ name: "Ida", user_id: 1 });
    await hold.isRun;
    await api.renameQuietly({ name: "Eve", user_id: 1 });
    hold.release();
    await slow;
    expect(changes).toMatchObject([
      { merges: [{ value: { name: "Eve" } }], targets: [] },
      { merges: [], targets: [{ context: "user", params: { user_id: 1 } }] },
    ]);
  });

  test("a change of other params does no harm", async () => {
    shown = [user(1)];
    const hold = server.hold("POST");
    const slow = api.updateProfile({ name: "Ida", user_id: 1 });
    await hold.isRun;
    await api.renameQuietly({ name: "Hopper", user_id: 2 });
    hold.release();
    await slow;
    expect(changes[1]).toMatchObject({ bundles: [{ params: { user_id: 1 } }] });
  });

  test("merges of one batch are invalidations, since they ran in no known order", async () => {
    await Promise.all([
      api.renameQuietly({ name: "Ida", user_id: 1 }),
      api.renameQuietly({ name: "Eve", user_id: 1 }),
    ]);
    expect(changes).toMatchObject([
      {
        merges: [],
        targets: [
          { context: "user", params: { user_id: 1 } },
          { context: "user", params: { user_id: 1 } },
        ],
      },
    ]);
  });

  test("a merge that came alone is a merge", async () => {
    await api.addOrder({ id: 11, title: "ink", user_id: 1 });
    expect(changes).toMatchObject([
      { merges: [{ function: "user_orders", value: { id: 11 } }], targets: [] },
    ]);
  });
});

test("an app can declare targets out of date, in the values of its language", () => {
  invalidate(client, [{ context: "user", params: { user_id: 5n } }]);
  expect(changes).toMatchObject([{ targets: [{ context: "user", params: { user_id: "5" } }] }]);
});

test("nothing is remembered of requests that are over", async () => {
  const { flights } = deskOf(client);
  const hold = server.hold("POST");
  const call = api.echo();
  await hold.isRun;
  expect(flights.size).toBe(1);
  hold.release();
  await call;
  await Promise.allSettled([api.fail(), api.addNote({ text: "hi" })]);
  await Promise.allSettled([api.boardContext(), api.userContext({ user_id: 99 })]);
  await eventually(() => expect(flights.size).toBe(0));
});
