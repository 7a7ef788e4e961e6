import { type Client, configure, createClient, defineFunction } from "@mizan/kernel";
import { type Api, shopApi, startServer, type TestServer } from "@mizan/kernel/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ipcFetch } from "./index.js";

/** A message as the page hands it to Tauri, its bytes taken apart. */
interface Message {
  readonly command: string;
  readonly head: { readonly target: string; readonly headers: Record<string, string> };
  readonly body: Uint8Array<ArrayBuffer>;
}

let server: TestServer;
let client: Client;
let api: Api;
let messages: Message[];

beforeEach(async () => {
  server = await startServer();
  client = createClient({ base: "/api/mizan", contract: server.contract });
  configure(client, { fetch: ipcFetch(client.base) });
  api = shopApi(client);
  messages = [];
  answerWith(answer);
});

afterEach(() => {
  vi.unstubAllGlobals();
  return server.close();
});

/** Stands where Tauri's own script is in a window. */
function answerWith(answer: (message: Message) => Promise<unknown>): void {
  const invoke = (command: string, bytes: Uint8Array<ArrayBuffer>) => {
    const end = bytes.indexOf("\n".charCodeAt(0));
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
    const message = { body: bytes.slice(end + 1), command, head };
    messages.push(message);
    return answer(message);
  };
  vi.stubGlobal("window", { __TAURI_INTERNALS__: { invoke } });
}

/** What the plugin makes of a message, by a server that speaks the protocol. The plugin's own tests are in Rust. */
async function answer({ body, command, head }: Message): Promise<unknown> {
  const isCall = command === "plugin:mizan|call";
  const reply = await fetch(`${server.base}${isCall ? "/call/" : head.target}`, {
    headers: head.headers,
    redirect: "manual",
    ...(isCall && { body, method: "POST" }),
  });
  return {
    body: await reply.json().catch(() => null),
    headers: fieldsText(reply.headers),
    status: reply.status,
  };
}

/** Header fields as the plugin writes them. */
function fieldsText(headers: Iterable<[name: string, value: string]>): string {
  return `\x7f${Array.from(headers, ([name, value]) => `${name}:${value}\x7f`).join("")}`;
}

/** The head of the last message. */
function head(): Message["head"] | undefined {
  return messages.at(-1)?.head;
}

test("calls of one tick travel in one message", async () => {
  const [first, second] = await Promise.all([
    api.updateProfile({ name: "Ada King", user_id: 1 }),
    api.echo({ value: "é" }),
  ]);
  expect([first, second]).toEqual([{ name: "Ada King", user_id: 1 }, "é"]);
  expect(messages.map(({ command }) => command)).toEqual(["plugin:mizan|call"]);
  expect(head()).toEqual({
    headers: { "content-type": "application/json", "x-mizan-contract": server.contract },
    target: "/call/",
  });
});

test("a bundle is asked for by its target", async () => {
  const { user_profile } = await api.userContext({ user_id: 1 });
  expect(user_profile.user_id).toBe(1);
  expect(messages.map(({ body, command }) => [command, body.length])).toEqual([
    ["plugin:mizan|fetch", 0],
  ]);
  expect(head()?.target).toBe("/ctx/user/?user_id=1");
});

test("text of every script travels, in headers and in bodies", async () => {
  const text = "naïve 漢字 \u{1f600}\r\n";
  expect((await api.searchContext({ text })).search_results.text).toBe(text);
  configure(client, { headers: () => ({ "x-name": "Zoë" }) });
  await api.echo({ value: text });
  expect(head()?.headers).toMatchObject({ "x-name": "Zoë" });
});

test("files travel as the bytes of a form", async () => {
  const bytes = new Uint8Array([0, 255, 128, 13, 10]);
  await api.saveAvatar({ value: new File([bytes], "me.png", { type: "image/png" }) });
  const [name, file] = server.received[0]?.files[0] ?? [];
  expect([name, file?.name, file?.type]).toEqual(["/value", "me.png", "image/png"]);
  expect(new Uint8Array((await file?.arrayBuffer()) ?? [])).toEqual(bytes);
});

test("errors arrive with all that the reply says", async () => {
  const taken = api.updateProfile({ name: "Grace", user_id: 1 });
  await expect(taken).rejects.toMatchObject({ code: "NAME_TAKEN", status: 409 });
  server.disturb("POST", {
    headers: { "retry-after": "7" },
    status: 503,
    text: '{"error":{"code":"UNAVAILABLE","message":"later"}}',
  });
  await expect(api.busy()).rejects.toMatchObject({ code: "UNAVAILABLE", retryAfter: 7 });
});

test("another contract is noticed", async () => {
  const seen: string[] = [];
  client.subscribe((event) => event.type === "contract" && seen.push(event.received));
  server.disturb("GET", { headers: { "x-mizan-contract": "f".repeat(16) }, text: "{}" });
  await api.boardContext();
  expect(seen).toEqual(["f".repeat(16)]);
});

test("a redirect is followed, and not for ever", async () => {
  const location = "/api/mizan/ctx/board/";
  server.disturb("GET", { headers: { location }, status: 308, text: "" });
  expect(await api.boardContext()).toEqual({ board_notes: ["hello"] });
  expect(messages).toHaveLength(2);
  expect(head()?.target).toBe("/ctx/board/");

  answerWith(async () => ({
    body: null,
    headers: fieldsText([["location", location]]),
    status: 308,
  }));
  messages = [];
  await expect(api.boardContext()).rejects.toMatchObject({ code: "NETWORK", status: 308 });
  expect(messages).toHaveLength(21);
});

test("where nothing answers, it is as if no server were there", async () => {
  answerWith(() => Promise.reject("mizan.call not allowed on window main"));
  const error = await api.busy().catch((error: unknown) => error);
  expect(error).toMatchObject({ code: "NETWORK", status: 0 });
  expect((error as Error).cause).toEqual(
    new TypeError("The app did not answer: mizan.call not allowed on window main"),
  );
});

test("whoever stops waiting is told at once", async () => {
  const hold = server.hold("GET");
  const controller = new AbortController();
  const fetched = ipcFetch()("/api/mizan/ctx/board/", { headers: {}, signal: controller.signal });
  await hold.isRun;
  controller.abort("changed my mind");
  await expect(fetched).rejects.toBe("changed my mind");
  hold.release();
  const late = ipcFetch()("/api/mizan/ctx/board/", { headers: {}, signal: controller.signal });
  await expect(late).rejects.toBe("changed my mind");
});

test("what the plugin does not serve is not asked of it", async () => {
  const urls = [
    "/api/mizan/session/",
    "/api/mizan",
    "/other/ctx/board/",
    "https://a.test/api/mizan/ctx/b/",
  ];
  for (const url of urls) {
    const asked = ipcFetch()(url, { headers: {}, signal: null });
    await expect(asked, url).rejects.toThrow(/cannot be asked over IPC/);
  }
  const posted = ipcFetch()("/api/mizan/ctx/board/", { headers: {}, method: "POST", signal: null });
  await expect(posted).rejects.toThrow(TypeError);
  expect(messages).toEqual([]);
});

test("a client with another base says so", async () => {
  const elsewhere: Client = createClient({ base: "/rpc", fetch: ipcFetch("/rpc") });
  expect(await defineFunction<{ value: number }, number>(elsewhere, "echo")({ value: 1 })).toBe(1);
  expect(head()?.target).toBe("/call/");
});
