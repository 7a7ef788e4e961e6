import { startServer, type TestServer } from "@mizan/kernel/testing";
import { cleanup, render, renderHook, screen } from "@testing-library/react";
import { memo } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { shopApp } from "../test/hooks.js";

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

let renders = 0;

function Name() {
  return <p>{app.hooks.useUserProfile().data?.name}</p>;
}

const CountedName = memo(() => {
  renders += 1;
  return <p>{app.hooks.useUserProfile().data?.name}</p>;
});

function Names() {
  const { useUserProfile } = app.hooks;
  return (
    <p>
      {useUserProfile().data?.name} and {useUserProfile({ user_id: 2 }).data?.name}
    </p>
  );
}

function Notes() {
  return <p>{app.hooks.useBoardNotes().data?.join()}</p>;
}

test("hooks without params take the provider's, and others their own", async () => {
  const { UserProvider } = app.hooks;
  render(
    <UserProvider user_id={1}>
      <Names />
    </UserProvider>,
    { wrapper: app.wrapper },
  );
  await screen.findByText("Ada and Grace");
});

test("the nearest provider counts, and a change of its params reads another bundle", async () => {
  const { UserProvider } = app.hooks;
  const tree = (id: number) => (
    <UserProvider user_id={99}>
      <UserProvider user_id={id}>
        <Name />
      </UserProvider>
    </UserProvider>
  );
  const { rerender } = render(tree(1), { wrapper: app.wrapper });
  await screen.findByText("Ada");
  rerender(tree(2));
  await screen.findByText("Grace");
  expect(server.count("GET /ctx/user/?user_id=99")).toBe(0);
});

test("a provider that renders with equal params renders no reader again", async () => {
  const { UserProvider } = app.hooks;
  renders = 0;
  const tree = () => (
    <UserProvider user_id={1}>
      <CountedName />
    </UserProvider>
  );
  const { rerender } = render(tree(), { wrapper: app.wrapper });
  await screen.findByText("Ada");
  const before = renders;
  rerender(tree());
  rerender(tree());
  expect(renders).toBe(before);
});

test("a hook with neither params nor a provider says what it needs", () => {
  const quiet = vi.spyOn(console, "error").mockImplementation(() => undefined);
  expect(() => renderHook(() => app.hooks.useUserProfile(), { wrapper: app.wrapper })).toThrow(
    "user: give user_id by params or a provider.",
  );
  quiet.mockRestore();
  expect(server.received).toEqual([]);
});

test("a context that needs no params needs no provider", async () => {
  render(<Notes />, { wrapper: app.wrapper });
  await screen.findByText("hello");
});
