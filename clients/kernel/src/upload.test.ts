import { afterEach, beforeEach, expect, test } from "vitest";
import { type Api, shopApi, startServer, type TestServer } from "../test/index.js";
import {
  type Client,
  type ClientEvent,
  createClient,
  defineFunction,
  type MizanFunction,
  packFiles,
} from "./index.js";

let server: TestServer;
let client: Client;
let api: Api;
let send: MizanFunction<{ value?: unknown }, unknown>;

const png = new File(["png"], "me.png", { type: "image/png" });
const csv = new Blob(["a,b\r\n"], { type: "text/csv" });

beforeEach(async () => {
  server = await startServer();
  client = createClient({ base: server.base, contract: server.contract });
  api = shopApi(client);
  send = defineFunction(client, "echo", undefined, undefined, packFiles);
});

afterEach(() => server.close());

/** The files of a request: name of the part, of the file, type and text of each. */
async function filesOf(index: number) {
  const files = server.received[index]?.files ?? [];
  return Promise.all(
    files.map(async ([name, file]) => [name, file.name, file.type, await file.text()]),
  );
}

test("a file goes beside its call, named by its place", async () => {
  expect(await send({ value: png })).toBeNull();
  const [{ body, headers }] = server.received as [(typeof server.received)[0]];
  expect(body).toEqual({ args: { value: null }, fn: "echo" });
  expect(headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
  expect(headers["x-mizan-contract"]).toBe(server.contract);
  expect(await filesOf(0)).toEqual([["/value", "me.png", "image/png", "png"]]);
});

test("files may stand anywhere, and everything else is sent as ever", async () => {
  const day = new Date(0);
  const value = { "a/b~c": csv, day, list: [{ file: png, n: 1n }, png], none: null, ok: [true] };
  expect(await send({ value })).toEqual({
    "a/b~c": null,
    day: day.toJSON(),
    list: [{ file: null, n: "1" }, null],
    none: null,
    ok: [true],
  });
  expect(await filesOf(0)).toEqual([
    ["/value/a~1b~0c", "blob", "text/csv", "a,b\r\n"],
    ["/value/list/0/file", "me.png", "image/png", "png"],
    ["/value/list/1", "me.png", "image/png", "png"],
  ]);
  expect(value.list[1]).toBe(png);
});

test("a call with files travels alone, the others of its tick together", async () => {
  await Promise.all([
    api.echo({ value: 1 }),
    api.echo({ value: 2 }),
    send({ value: png }),
    send({ value: csv }),
    api.echo({ value: 3 }),
  ]);
  const bodies = server.received.map(({ body, files }) => [JSON.stringify(body), files.length]);
  expect(bodies.sort()).toEqual([
    ['[{"args":{"value":1},"fn":"echo"},{"args":{"value":2},"fn":"echo"}]', 0],
    ['{"args":{"value":3},"fn":"echo"}', 0],
    ['{"args":{"value":null},"fn":"echo"}', 1],
    ['{"args":{"value":null},"fn":"echo"}', 1],
  ]);
});

test("without a file it is a call like others", async () => {
  await Promise.all([send({ value: 1 }), send(), api.echo({ value: 3 })]);
  expect(server.received.map(({ body, headers }) => [body, headers["content-type"]])).toEqual([
    [
      [{ args: { value: 1 }, fn: "echo" }, { fn: "echo" }, { args: { value: 3 }, fn: "echo" }],
      "application/json",
    ],
  ]);
});

test("what it changes is told, with the bundles on screen, and errors are errors", async () => {
  const events: ClientEvent[] = [];
  client.subscribe((event) => events.push(event));
  const note = defineFunction<{ text: string; file: Blob }, null>(
    client,
    "add_note",
    ["board"],
    undefined,
    packFiles,
  );
  await note({ file: png, text: "hi" });
  expect(events.map(({ type }) => type)).toEqual(["request", "response", "change"]);
  expect(events[0]).toMatchObject({ body: '{"args":{"file":null,"text":"hi"},"fn":"add_note"}' });
  const missing = defineFunction<{ file: Blob }, null>(client, "nothing", [], undefined, packFiles);
  await expect(missing({ file: png })).rejects.toMatchObject({ code: "NOT_FOUND", status: 404 });
});

test("one that was given up before it was sent is never sent", async () => {
  const stop = new AbortController();
  const given = send({ value: png }, { signal: stop.signal });
  stop.abort();
  await expect(given).rejects.toMatchObject({ code: "ABORTED" });
  await api.echo();
  expect(server.received).toHaveLength(1);
});
