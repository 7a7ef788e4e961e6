import { QueryClient, QueryObserver } from "@tanstack/query-core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type Api,
  eventually,
  type Profile,
  shopApi,
  startServer,
  type TestServer,
  type UserBundle,
} from "../../test/index.js";
import {
  type Client,
  createClient,
  defineContext,
  defineFunction,
  type Listener,
} from "../index.js";
import { bundleQueryOptions, connect } from "./index.js";

let server: TestServer;
let client: Client;
let api: Api;
let queryClient: QueryClient;

beforeEach(async () => {
  // A page has a window; these tests are about pages, but for those that say otherwise.
  vi.stubGlobal("window", {});
  server = await startServer();
  client = createClient({ base: server.base });
  api = shopApi(client);
  queryClient = new QueryClient();
});

afterEach(async () => {
  queryClient.clear();
  await server.close();
  vi.unstubAllGlobals();
});

const userQuery = (user_id: number) => bundleQueryOptions(api.userContext, { user_id });

function cachedName(user_id: number): string | undefined {
  return queryClient.getQueryData<UserBundle>(userQuery(user_id).queryKey)?.user_profile.name;
}

/** A component that shows the bundle: every name that it ever showed. */
function show(user_id: number): { names: (string | undefined)[]; end(): void } {
  const names: (string | undefined)[] = [];
  const observer = new QueryObserver<UserBundle, Error>(
    queryClient,
    userQuery(user_id) as object as never,
  );
  const end = observer.subscribe(({ data }) => {
    if (names.at(-1) !== data?.user_profile.name) names.push(data?.user_profile.name);
  });
  return { end, names };
}

describe("a plain call", () => {
  test("brings the new data of what is shown, without a further request", async () => {
    const { end, names } = show(1);
    await eventually(() => expect(names).toEqual(["Ada"]));
    await api.updateProfile({ name: "Ida", user_id: 1 });
    expect(cachedName(1)).toBe("Ida");
    await eventually(() => expect(names).toEqual(["Ada", "Ida"]));
    expect(server.received).toHaveLength(2);
    end();
  });

  test("leaves the bundles of other params as they are", async () => {
    await queryClient.prefetchQuery(userQuery(1));
    await queryClient.prefetchQuery(userQuery(2));
    await api.updateProfile({ name: "Ida", user_id: 1 });
    const isInvalidated = (id: number) =>
      queryClient.getQueryState(userQuery(id).queryKey)?.isInvalidated;
    expect([isInvalidated(1), isInvalidated(2)]).toEqual([true, false]);
    expect(server.count("GET")).toBe(2);
  });

  test("reaches every cache that has read through the client", async () => {
    const other = new QueryClient();
    await queryClient.prefetchQuery(userQuery(1));
    await other.prefetchQuery(userQuery(1));
    await api.updateProfile({ name: "Ida", user_id: 1 });
    expect(queryClient.getQueryState(userQuery(1).queryKey)?.isInvalidated).toBe(true);
    expect(other.getQueryState(userQuery(1).queryKey)?.isInvalidated).toBe(true);
    other.clear();
  });

  test("does not reach bundles of a client with another base", async () => {
    connect(client, queryClient);
    const foreign = ["mizan", "/elsewhere", "user", { user_id: 1 }];
    const unrelated = ["user", { user_id: 1 }];
    queryClient.setQueryData(foreign, {});
    queryClient.setQueryData(unrelated, {});
    await api.updateProfile({ name: "Ida", user_id: 1 });
    expect(queryClient.getQueryState(foreign)?.isInvalidated).toBe(false);
    expect(queryClient.getQueryState(unrelated)?.isInvalidated).toBe(false);
  });
});

describe("a read that began before a call's answer", () => {
  test("never shows, although nothing was shown yet", async () => {
    const hold = server.hold("GET");
    const { end, names } = show(1);
    await hold.isRun;
    await api.updateProfile({ name: "Ida", user_id: 1 });
    hold.release();
    await eventually(() => expect(names.at(-1)).toBe("Ida"));
    expect(names).not.toContain("Ada");
    end();
  });

  test("never shows in the place of newer data, and is repeated once, not twice", async () => {
    const { end, names } = show(1);
    await eventually(() => expect(names).toEqual(["Ada"]));
    const hold = server.hold("GET");
    let reads = 0;
    client.subscribe((event) => {
      if (event.type === "request" && !event.body) reads += 1;
    });
    queryClient.refetchQueries({ queryKey: userQuery(1).queryKey });
    await hold.isRun;
    server.disturb("POST", {
      text: JSON.stringify({
        invalidate: [{ context: "user", params: { user_id: 1 } }],
        result: null,
      }),
    });
    server.shop.users.set(1, { name: "Ida", orders: [] });
    await api.updateProfile({ name: "Ida", user_id: 1 });
    hold.release();
    await eventually(() => expect(names).toEqual(["Ada", "Ida"]));
    expect(reads).toBe(2);
    end();
  });

  test("does not stay where both answers come at the same moment", async () => {
    // Both answers are handed over in one run of microtasks, in every order and distance of a few steps.
    for (const steps of Array.from({ length: 12 }, (_, index) => index)) {
      let isGathering = false;
      const gathered: (() => void)[] = [];
      const gathering = createClient({
        base: server.base,
        fetch: async (url, init) => {
          const response = await fetch(url, init);
          const text = await response.text();
          if (isGathering) {
            await new Promise<void>((resolve) => {
              const isCall = init.method === "POST";
              gathered[isCall ? 1 : 0] = () => {
                let turn = Promise.resolve();
                for (let step = 0; isCall && step < steps; step += 1)
                  turn = turn.then(() => undefined);
                turn.then(resolve);
              };
            });
          }
          return new Response(text, response);
        },
      });
      const own = shopApi(gathering);
      server.shop.users.set(1, { name: "Ada", orders: [] });
      queryClient.clear();
      isGathering = true;
      const observer = new QueryObserver(
        queryClient,
        bundleQueryOptions(own.userContext, { user_id: 1 }) as object as never,
      );
      const end = observer.subscribe(() => undefined);
      await eventually(() => expect(gathered[0]).toBeDefined());
      const call = own.updateProfile({ name: "Ida", user_id: 1 });
      await eventually(() => expect(gathered[1]).toBeDefined());
      isGathering = false;
      for (const hand of gathered) hand();
      await call;
      await eventually(() => {
        const { data, fetchStatus } = observer.getCurrentResult();
        expect((data as UserBundle | undefined)?.user_profile.name, `${steps} steps`).toBe("Ida");
        expect(fetchStatus).toBe("idle");
      });
      end();
    }
  });
});

describe("a merge", () => {
  test("is spliced into the cached bundles that it covers, without a request", async () => {
    await queryClient.prefetchQuery(userQuery(1));
    await queryClient.prefetchQuery(userQuery(2));
    await api.addOrder({ id: 11, title: "ink", user_id: 1 });
    await api.addOrder({ id: 10, title: "quill", user_id: 1 });
    const orders = (id: number) =>
      queryClient.getQueryData<UserBundle>(userQuery(id).queryKey)?.user_orders;
    expect(orders(1)).toEqual([
      { id: 10, title: "quill" },
      { id: 11, title: "ink" },
    ]);
    expect(orders(2)).toEqual([]);
    expect(server.count("GET")).toBe(2);
  });

  test("is read anew where no function of the client was defined to merge", async () => {
    const other = createClient({ base: server.base });
    const addOrder: Api["addOrder"] = defineFunction(other, "add_order", ["user"]);
    connect(other, queryClient);
    await queryClient.prefetchQuery(userQuery(1));
    await addOrder({ id: 11, title: "ink", user_id: 1 });
    expect(queryClient.getQueryState(userQuery(1).queryKey)?.isInvalidated).toBe(true);
    await queryClient.refetchQueries({ queryKey: userQuery(1).queryKey });
    expect(queryClient.getQueryData<UserBundle>(userQuery(1).queryKey)?.user_orders).toEqual([
      { id: 10, title: "pen" },
      { id: 11, title: "ink" },
    ]);
  });

  test("leaves what was out of date out of date, and the age of the rest", async () => {
    await queryClient.prefetchQuery(userQuery(1));
    const { queryKey } = userQuery(1);
    const before = queryClient.getQueryState(queryKey)?.dataUpdatedAt;
    await queryClient.invalidateQueries({ queryKey });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await api.renameQuietly({ name: "Ida", user_id: 1 });
    expect(cachedName(1)).toBe("Ida");
    expect(queryClient.getQueryState(queryKey)).toMatchObject({
      dataUpdatedAt: before,
      isInvalidated: true,
    });
  });

  test("that has no place in a bundle makes it out of date", async () => {
    connect(client, queryClient);
    const { queryKey } = userQuery(1);
    queryClient.setQueryData(queryKey, { user_profile: {} as Profile } as UserBundle);
    await api.addOrder({ id: 11, title: "ink", user_id: 1 });
    expect(queryClient.getQueryState(queryKey)?.isInvalidated).toBe(true);
  });
});

describe("on a server, where one client has the caches of many visitors", () => {
  beforeEach(() => vi.stubGlobal("window", undefined));

  const stateOf = (cache: QueryClient) => cache.getQueryState<UserBundle>(userQuery(1).queryKey);

  test("a merge brings no visitor what another wrote; their bundle is out of date", async () => {
    await queryClient.prefetchQuery(userQuery(1));
    await api.addOrder({ id: 11, title: "a secret", user_id: 1 });
    expect(stateOf(queryClient)?.data?.user_orders).toEqual([{ id: 10, title: "pen" }]);
    expect(stateOf(queryClient)?.isInvalidated).toBe(true);
  });

  test("a bundle that is read for one visitor answers no other's read", async () => {
    const { end, names } = show(1);
    await eventually(() => expect(names).toEqual(["Ada"]));
    const held = server.hold("GET");
    const reading = api.userContext({ user_id: 1 });
    await held.isRun;
    await api.updateProfile({ name: "Ida", user_id: 1 });
    held.release();
    await reading;
    // The first one may be from before: it was read anew, and by whom it is for.
    expect(server.count("GET")).toBeGreaterThan(2);
    expect(server.received.at(-1)?.method).toBe("GET");
    end();
  });

  test("a bundle is asked for with no call", async () => {
    const { end, names } = show(1);
    await eventually(() => expect(names).toEqual(["Ada"]));
    const other = new QueryClient();
    await other.prefetchQuery(userQuery(1));
    await api.updateProfile({ name: "Ida", user_id: 1 });
    expect(server.received.find(({ method }) => method === "POST")?.body).not.toHaveProperty(
      "refresh",
    );
    expect(stateOf(other)?.data?.user_profile.name).toBe("Ada");
    expect(stateOf(other)?.isInvalidated).toBe(true);
    end();
    other.clear();
  });
});

describe("retries", () => {
  const busy = {
    headers: { "retry-after": "0" },
    status: 503,
    text: '{"error":{"code":"UNAVAILABLE","message":"unavailable"}}',
  };

  test("a server that is busy is asked again, after the time that it says", async () => {
    for (const _try of [1, 2, 3]) server.disturb("GET", busy);
    expect((await queryClient.fetchQuery(userQuery(1))).user_profile.name).toBe("Ada");
    expect(server.count("GET")).toBe(4);
  });

  test("three times and no more", async () => {
    for (const _try of [1, 2, 3, 4]) server.disturb("GET", busy);
    await expect(queryClient.fetchQuery(userQuery(1))).rejects.toMatchObject({
      code: "UNAVAILABLE",
    });
    expect(server.count("GET")).toBe(4);
  });

  test.each([
    ["NOT_FOUND", 404],
    ["VALIDATION", 422],
    ["RATE_LIMITED", 429],
  ])("%s is final", async (code, status) => {
    server.disturb("GET", { status, text: JSON.stringify({ error: { code, message: "no" } }) });
    await expect(queryClient.fetchQuery(userQuery(1))).rejects.toMatchObject({ code });
    expect(server.count("GET")).toBe(1);
  });

  test("what is no Mizan answer is tried again only where the status says that it may pass", async () => {
    server.disturb("GET", {
      headers: { "retry-after": "0" },
      status: 404,
      text: "<h1>Wrong base</h1>",
    });
    await expect(queryClient.fetchQuery(userQuery(1))).rejects.toMatchObject({ code: "NETWORK" });
    expect(server.count("GET")).toBe(1);
  });

  test("the wait grows where the server says nothing", () => {
    const { retryDelay } = userQuery(1);
    const error = { retryAfter: undefined } as Parameters<typeof retryDelay>[1];
    expect([0, 1, 2].map((failures) => retryDelay(failures, error))).toEqual([1000, 2000, 4000]);
  });
});

test("a param that no URL can hold is not tried again", async () => {
  const { queryFn, queryKey, retry } = bundleQueryOptions(api.searchContext, { text: "\ud800" });
  const signal = new AbortController().signal;
  const error = await queryFn({ client: queryClient, meta: undefined, queryKey, signal }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(URIError);
  expect(retry(0, error as never)).toBe(false);
});

test("a bundle is renewed however its params were spelled", async () => {
  let title = "Ebb";
  const at = "2026-03-01T00:00:00Z";
  const bodies: unknown[] = [];
  const answer = (request: { refresh?: object[] } | undefined) => {
    if (!request) return { day_title: title };
    const bundles = request.refresh?.map(() => ({
      context: "day",
      data: { day_title: title },
      params: { at },
    }));
    return { bundles, invalidate: [{ context: "day", params: { at } }], result: null };
  };
  const own = createClient({
    fetch: async (_url, { body }) => {
      const request = body === undefined ? undefined : JSON.parse(String(body));
      bodies.push(request);
      if (request) title = request.args.title;
      return Response.json(answer(request));
    },
  });
  const dayContext = defineContext<{ at: string }, { day_title: string }>(own, "day", ["at"]);
  const rename = defineFunction<{ at: string; title: string }, null>(own, "rename", ["day"]);
  const spelled = new Date(at).toISOString();
  const query = bundleQueryOptions(dayContext, { at: spelled });
  const observer = new QueryObserver(queryClient, query as object as never);
  const end = observer.subscribe(() => undefined);
  await eventually(() => expect(observer.getCurrentResult().data).toEqual({ day_title: "Ebb" }));
  await rename({ at: spelled, title: "Flow" });
  expect(queryClient.getQueryData(query.queryKey)).toEqual({ day_title: "Flow" });
  expect(bodies).toHaveLength(2);
  end();
});

describe("a cache", () => {
  let ends: number;
  let subscriptions: number;

  beforeEach(() => {
    ends = 0;
    subscriptions = 0;
    const subscribe = client.subscribe;
    client.subscribe = (listener: Listener) => {
      subscriptions += 1;
      const end = subscribe(listener);
      return () => {
        ends += 1;
        end();
      };
    };
  });

  test("is tied once, however often it is connected", () => {
    connect(client, queryClient);
    connect(client, queryClient);
    expect(subscriptions).toBe(1);
    connect(client, new QueryClient());
    expect(subscriptions).toBe(2);
  });

  test("that nobody holds any more is let go, and its ties with it", async () => {
    for (let index = 0; index < 20; index += 1) connect(client, new QueryClient());
    connect(client, queryClient);
    await eventually(async () => {
      globalThis.gc?.();
      await api.echo();
      expect(ends).toBe(20);
    });
  });
});
