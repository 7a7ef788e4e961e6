import { Blob, File } from "node:buffer";
import { startServer, type TestServer } from "@mizan/kernel/testing";
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
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

test("what a mutation affects shows when it succeeds, with no request but its own", async () => {
  const { useUpdateProfile, useUserProfile } = app.hooks;
  const { result } = renderHook(
    () => ({ rename: useUpdateProfile(), user: useUserProfile({ user_id: 1 }) }),
    { wrapper: app.wrapper },
  );
  await waitFor(() => expect(result.current.user.data?.name).toBe("Ada"));
  const seen: (string | undefined)[] = [];
  await act(async () => {
    await result.current.rename.mutateAsync(
      { name: "Ida", user_id: 1 },
      { onSuccess: (profile) => seen.push(profile.name) },
    );
  });
  await waitFor(() => expect(result.current.user.data?.name).toBe("Ida"));
  expect(result.current.rename.data).toEqual({ name: "Ida", user_id: 1 });
  expect(seen).toEqual(["Ida"]);
  expect(server.received.map(({ method }) => method)).toEqual(["GET", "POST"]);
});

test("the error has its code and its data", async () => {
  const { useUpdateProfile } = app.hooks;
  const seen: string[] = [];
  const { result } = renderHook(
    () => useUpdateProfile({ onError: ({ code }) => seen.push(code) }),
    { wrapper: app.wrapper },
  );
  act(() => result.current.mutate({ name: "Grace", user_id: 1 }));
  await waitFor(() => expect(result.current.isError).toBe(true));
  const { error } = result.current;
  expect(error?.code === "NAME_TAKEN" && error.data.taken_by).toBe(2);
  expect(seen).toEqual(["NAME_TAKEN"]);
});

test("a mutation is never repeated, whatever the app's defaults say", async () => {
  app.queryClient.setDefaultOptions({ mutations: { retry: 3, retryDelay: 1 } });
  server.disturb("POST", { status: 503, text: "" });
  const { useFail } = app.hooks;
  const { result } = renderHook(() => useFail(), { wrapper: app.wrapper });
  act(() => result.current.mutate());
  await waitFor(() => expect(result.current.error?.code).toBe("NETWORK"));
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(server.count("POST")).toBe(1);
});

test("mutations of one tick travel together, and what they affect is read once", async () => {
  const { useAddNote, useBoardNotes } = app.hooks;
  const { result } = renderHook(() => ({ add: useAddNote(), notes: useBoardNotes().data }), {
    wrapper: app.wrapper,
  });
  await waitFor(() => expect(result.current.notes).toEqual(["hello"]));
  await act(async () => {
    await Promise.all([
      result.current.add.mutateAsync({ text: "one" }),
      result.current.add.mutateAsync({ text: "two" }),
    ]);
  });
  await waitFor(() => expect(result.current.notes).toEqual(["hello", "one", "two"]));
  expect(server.received.map(({ method }) => method)).toEqual(["GET", "POST", "GET"]);
});

test("a mutation takes a file", async () => {
  // What Node's fetch sends are Node's own forms and files, not those of the simulated page.
  const form = await new Response(new URLSearchParams()).formData();
  vi.stubGlobal("FormData", form.constructor);
  vi.stubGlobal("Blob", Blob);
  const { useSaveAvatar } = app.hooks;
  const { result } = renderHook(() => useSaveAvatar(), { wrapper: app.wrapper });
  const file = new File(["png"], "me.png") as unknown as globalThis.Blob;
  await act(() => result.current.mutateAsync({ value: file }));
  expect(result.current.variables?.value).toBe(file);
  vi.unstubAllGlobals();
  const sent = server.received[0]?.files.map(([name, { name: fileName }]) => [name, fileName]);
  expect(sent).toEqual([["/value", "me.png"]]);
});
