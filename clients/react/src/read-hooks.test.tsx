import { startServer, type TestServer } from "@mizan/kernel/testing";
import { dehydrate, hydrate, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, render, renderHook, screen, waitFor } from "@testing-library/react";
import { StrictMode, Suspense } from "react";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { shopApp, shopHooks } from "../test/hooks.js";
import { bundleQueryOptions, prefetchBundle } from "./index.js";

let server: TestServer;
let app: ReturnType<typeof shopApp>;

beforeEach(async () => {
  server = await startServer();
  app = shopApp(server);
});

afterEach(async () => {
  cleanup();
  app.queryClient.clear();
  await server.close();
});

let renders = { orders: 0, profile: 0 };

function Profile() {
  renders.profile += 1;
  return <p>{app.hooks.useUserProfile({ user_id: 1 }).data?.name}</p>;
}

function Orders() {
  renders.orders += 1;
  const { data } = app.hooks.useUserOrders({ user_id: 1 });
  return <p>{data?.map(({ title }) => title).join()}</p>;
}

function SuspendedUser() {
  const { data: profile } = app.hooks.useSuspenseUserProfile({ user_id: 1 });
  const { data: user } = app.hooks.useSuspenseUserContext({ user_id: 1 });
  return <p>{`${profile.name} has ${user.user_orders.length}`}</p>;
}

const ada = { name: "Ada", user_id: 1 };

describe("hooks of one bundle", () => {
  test("share one read, whoever asks for what", async () => {
    const { useUserContext, useUserOrders, useUserProfile } = app.hooks;
    const { result } = renderHook(
      () => [
        useUserContext({ user_id: 1 }).data,
        useUserProfile({ user_id: 1 }).data,
        useUserProfile({ user_id: 1 }).data,
        useUserOrders({ user_id: 1 }).data,
      ],
      { wrapper: app.wrapper },
    );
    const orders = [{ id: 10, title: "pen" }];
    await waitFor(() =>
      expect(result.current).toEqual([
        { user_orders: orders, user_profile: ada },
        ada,
        ada,
        orders,
      ]),
    );
    expect(server.received).toHaveLength(1);
  });

  test("with other params read another bundle", async () => {
    const { useUserProfile } = app.hooks;
    const { rerender, result } = renderHook(({ id }) => useUserProfile({ user_id: id }).data, {
      initialProps: { id: 1 },
      wrapper: app.wrapper,
    });
    await waitFor(() => expect(result.current).toEqual(ada));
    rerender({ id: 2 });
    await waitFor(() => expect(result.current?.name).toBe("Grace"));
    expect(server.count("GET")).toBe(2);
  });

  test("with params that mean the same read one bundle", async () => {
    const { useSearchContext } = app.hooks;
    const { result } = renderHook(
      () => [
        useSearchContext({ page: 2, text: "x" }).data,
        useSearchContext({ tags: [], text: "x", page: 2 }).data,
      ],
      { wrapper: app.wrapper },
    );
    await waitFor(() => expect(result.current[1]).toBeDefined());
    expect(server.received).toHaveLength(1);
  });

  test("read in strict mode and settle", async () => {
    const { useUserProfile } = app.hooks;
    const { result } = renderHook(() => useUserProfile({ user_id: 1 }).data, {
      wrapper: ({ children }) => <StrictMode>{app.wrapper({ children })}</StrictMode>,
    });
    await waitFor(() => expect(result.current).toEqual(ada));
  });

  test("take TanStack's options", async () => {
    const { useUserContext, useUserProfile } = app.hooks;
    const { result } = renderHook(
      () => ({
        name: useUserContext({ user_id: 1 }, { select: (user) => user.user_profile.name }).data,
        off: useUserProfile({ user_id: 2 }, { enabled: false }).fetchStatus,
      }),
      { wrapper: app.wrapper },
    );
    await waitFor(() => expect(result.current).toEqual({ name: "Ada", off: "idle" }));
    expect(server.received).toHaveLength(1);
  });

  test("give the error, typed by its code", async () => {
    const { useUserProfile } = app.hooks;
    const { result } = renderHook(() => useUserProfile({ user_id: 99 }), { wrapper: app.wrapper });
    await waitFor(() => expect(result.current.error?.code).toBe("NOT_FOUND"));
    expect(result.current.error?.function).toBe("user_orders");
    expect(server.received).toHaveLength(1);
  });

  test("give a bigint, while the cache can be written as JSON", async () => {
    const { useWealthContext, useWealthTotal } = app.hooks;
    const { result } = renderHook(
      () => [
        useWealthTotal().data,
        useWealthContext().data?.wealth_total,
        useWealthContext(undefined, { select: ({ wealth_total }) => wealth_total + 1n }).data,
      ],
      { wrapper: app.wrapper },
    );
    await waitFor(() =>
      expect(result.current).toEqual([9007199254740993n, 9007199254740993n, 9007199254740994n]),
    );
    expect(JSON.stringify(dehydrate(app.queryClient))).toContain('"9007199254740993"');
  });
});

describe("a slot's hook", () => {
  test("renders again only when its own slot changes", async () => {
    renders = { orders: 0, profile: 0 };
    render(
      <>
        <Profile />
        <Orders />
      </>,
      { wrapper: app.wrapper },
    );
    await screen.findByText("Ada");
    const before = { ...renders };

    await act(() => app.api.addOrder({ id: 11, title: "ink", user_id: 1 }));
    await screen.findByText("pen,ink");
    expect(renders).toEqual({ orders: before.orders + 1, profile: before.profile });

    await act(() => app.api.updateProfile({ name: "Ida", user_id: 1 }));
    await screen.findByText("Ida");
    expect(renders).toEqual({ orders: before.orders + 1, profile: before.profile + 1 });
  });
});

describe("a plain call", () => {
  test("changes what hooks show, with no request but its own", async () => {
    const { useUserProfile } = app.hooks;
    const { result } = renderHook(() => useUserProfile({ user_id: 1 }).data?.name, {
      wrapper: app.wrapper,
    });
    await waitFor(() => expect(result.current).toBe("Ada"));
    await act(() => app.api.updateProfile({ name: "Ida", user_id: 1 }));
    await waitFor(() => expect(result.current).toBe("Ida"));
    expect(server.received).toHaveLength(2);
  });

  test("leaves the bundle of other params alone", async () => {
    const { useUserProfile } = app.hooks;
    const { result } = renderHook(
      () => [useUserProfile({ user_id: 1 }).data?.name, useUserProfile({ user_id: 2 }).data?.name],
      { wrapper: app.wrapper },
    );
    await waitFor(() => expect(result.current).toEqual(["Ada", "Grace"]));
    server.shop.users.set(2, { name: "changed elsewhere", orders: [] });
    await act(() => app.api.updateProfile({ name: "Ida", user_id: 1 }));
    await waitFor(() => expect(result.current).toEqual(["Ida", "Grace"]));
    expect(server.count("GET")).toBe(2);
  });

  test("is answered before a read that began earlier: the old answer never shows", async () => {
    const { useUserProfile } = app.hooks;
    const names: (string | undefined)[] = [];
    const hold = server.hold("GET");
    renderHook(() => names.push(useUserProfile({ user_id: 1 }).data?.name), {
      wrapper: app.wrapper,
    });
    await hold.isRun;
    await act(() => app.api.updateProfile({ name: "Ida", user_id: 1 }));
    hold.release();
    await waitFor(() => expect(names.at(-1)).toBe("Ida"));
    expect(names).not.toContain("Ada");
  });

  test("makes a bundle that is not shown be read again when it is shown", async () => {
    const { useUserProfile } = app.hooks;
    const use = () =>
      renderHook(
        () => useUserProfile({ user_id: 1 }, { staleTime: Number.POSITIVE_INFINITY }).data?.name,
        {
          wrapper: app.wrapper,
        },
      );
    const first = use();
    await waitFor(() => expect(first.result.current).toBe("Ada"));
    first.unmount();
    await app.api.updateProfile({ name: "Ida", user_id: 1 });
    expect(server.count("GET")).toBe(1);
    const second = use();
    await waitFor(() => expect(second.result.current).toBe("Ida"));
    expect(server.count("GET")).toBe(2);
  });

  test("changes a bundle that was hydrated and never read here", async () => {
    await prefetchBundle(app.queryClient, app.api.userContext, { user_id: 1 });
    const browser = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });
    hydrate(browser, JSON.parse(JSON.stringify(dehydrate(app.queryClient))));
    app.queryClient.clear();
    const { useUserProfile } = app.hooks;
    const { result } = renderHook(() => useUserProfile({ user_id: 1 }).data?.name, {
      wrapper: ({ children }) => (
        <QueryClientProvider client={browser}>{children}</QueryClientProvider>
      ),
    });
    expect(result.current).toBe("Ada");
    await act(() => app.api.updateProfile({ name: "Ida", user_id: 1 }));
    await waitFor(() => expect(result.current).toBe("Ida"));
    expect(server.received).toHaveLength(2);
    browser.clear();
  });
});

describe("prefetching", () => {
  test("a bundle means that its hooks need not read it", async () => {
    app.queryClient.setDefaultOptions({ queries: { staleTime: 60_000 } });
    await prefetchBundle(app.queryClient, app.api.userContext, { user_id: 1 });
    const { result } = renderHook(() => app.hooks.useUserProfile({ user_id: 1 }).data, {
      wrapper: app.wrapper,
    });
    expect(result.current).toEqual(ada);
    expect(server.received).toHaveLength(1);
  });

  test("by the query's options gives a loader the data", async () => {
    const options = bundleQueryOptions(app.api.userContext, { user_id: 1 });
    const { user_profile } = await app.queryClient.ensureQueryData(options);
    expect(user_profile).toEqual(ada);
  });

  test("never rejects", async () => {
    await prefetchBundle(app.queryClient, app.api.userContext, { user_id: 99 });
    expect(server.received).toHaveLength(1);
  });
});

describe("suspense", () => {
  test("waits once for all hooks of a bundle", async () => {
    render(
      <Suspense fallback="wait">
        <SuspendedUser />
      </Suspense>,
      { wrapper: app.wrapper },
    );
    expect(screen.getByText("wait")).toBeTruthy();
    await screen.findByText("Ada has 1");
    expect(server.received).toHaveLength(1);
  });
});

test("two apps on one page keep to their own servers", async () => {
  const otherServer = await startServer();
  const other = shopHooks(shopApp(otherServer).api);
  const { useUserProfile } = app.hooks;
  otherServer.shop.users.set(1, { name: "Bob", orders: [] });
  const { result } = renderHook(
    () => [
      useUserProfile({ user_id: 1 }).data?.name,
      other.useUserProfile({ user_id: 1 }).data?.name,
    ],
    { wrapper: app.wrapper },
  );
  await waitFor(() => expect(result.current).toEqual(["Ada", "Bob"]));
  await act(() => app.api.updateProfile({ name: "Ida", user_id: 1 }));
  await waitFor(() => expect(result.current).toEqual(["Ida", "Bob"]));
  expect(otherServer.received).toHaveLength(1);
  await otherServer.close();
});
