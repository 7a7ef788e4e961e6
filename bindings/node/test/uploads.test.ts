// Files that come with calls, over fetch and over a real socket of node:http.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { client, context, createMizan, type Upload, upload, uploads } from "../ts/index.js";

const runs: string[] = [];
const Told = z.array(z.union([z.string(), z.int()]));
const Picture = upload({ contentTypes: ["image/*"], maxSize: 1000 });

async function told(file: Upload): Promise<(number | string)[]> {
  runs.push(file.name);
  const read = Buffer.from(await file.arrayBuffer());
  expect(read.equals(file.content)).toBe(true);
  return [file.name, file.type, file.size, read.toString("latin1")];
}

const user = context("user");
const functions = {
  measure: client({ input: { file: upload() }, output: z.int() }, (_, { file }) => file.size),
  saveAvatar: client(
    { affects: user, input: { avatar: Picture, user_id: z.int() }, output: Told },
    async (_, { avatar, user_id }) => [user_id, ...(await told(avatar))],
  ),
  savePages: client(
    {
      input: { cover: upload({ optional: true }), pages: uploads({ maxItems: 2 }) },
      output: z.array(Told),
    },
    async (_, { cover, pages }) =>
      Promise.all([...pages, ...(cover === undefined ? [] : [cover])].map(told)),
  ),
  saveSheet: client(
    { input: z.object({ sheet: z.file().max(5).mime("text/plain") }), output: z.string() },
    async (_, { sheet }) => sheet.text(),
  ),
  userName: client(
    { context: user, input: { user_id: z.int() }, output: z.string() },
    (_, { user_id }) => `user ${user_id}`,
  ),
};
const mizan = createMizan({ functions });
const server = createServer(mizan.node);

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  runs.length = 0;
});

const overSocket = (request: Request) =>
  fetch(request.url.replace("shop.test", `127.0.0.1:${(server.address() as AddressInfo).port}`), {
    body: request.body,
    duplex: "half",
    headers: request.headers,
    method: request.method,
  } as RequestInit);

type Sent = readonly [pointer: string, name: string, content: string, type: string];

/** A call as clients send one that has files: the call first, then each file under its place. */
function withFiles(call: unknown, files: readonly Sent[]): Request {
  const body = new FormData();
  body.append("call", JSON.stringify(call));
  for (const [pointer, name, content, type] of files) {
    body.append(pointer, new Blob([Buffer.from(content, "latin1")], { type }), name);
  }
  return new Request("http://shop.test/api/mizan/call/", { body, method: "POST" });
}

describe.each([
  ["fetch", (request: Request) => mizan.fetch(request)],
  ["node:http", overSocket],
])("over %s", (_, send) => {
  const answer = async (call: unknown, files: readonly Sent[]) => {
    const response = await send(withFiles(call, files));
    return [response.status, await response.json()] as [number, Record<string, unknown>];
  };

  test("a function gets its file", async () => {
    const call = { args: { user_id: 5 }, fn: "save_avatar" };
    expect(await answer(call, [["/avatar", "../me.png", "\x89PNG\r\n--", "image/png"]])).toEqual([
      200,
      {
        invalidate: [{ context: "user", params: { user_id: 5 } }],
        result: [5, "me.png", "image/png", 8, "\x89PNG\r\n--"],
      },
    ]);
  });

  test("files stand in lists, in the order of their places, and may be left out", async () => {
    const pages: Sent[] = [
      ["/pages/1", "1", "B", "a/b"],
      ["/cover", "c", "", "a/b"],
      ["/pages/0", "0", "A", "a/b"],
    ];
    const [, body] = await answer({ fn: "save_pages" }, pages);
    expect(body["result"]).toEqual([
      ["0", "a/b", 1, "A"],
      ["1", "a/b", 1, "B"],
      ["c", "a/b", 0, ""],
    ]);
    const [, alone] = await answer({ args: { pages: [] }, fn: "save_pages" }, []);
    expect(alone["result"]).toEqual([]);
  });

  test("a file of Zod's own kind is one", async () => {
    const sheet: Sent = ["/sheet", "a.txt", "a,b", "text/plain"];
    expect(await answer({ fn: "save_sheet" }, [sheet])).toEqual([
      200,
      { invalidate: [], result: "a,b" },
    ]);
    const [status] = await answer({ fn: "save_sheet" }, [["/sheet", "a", "a,b,c,d", "text/plain"]]);
    expect(status).toBe(413);
  });

  test.each([
    ["save_avatar", [["/avatar", "a", "x".repeat(1001), "image/png"]], 413, "at most 1000 bytes"],
    ["save_avatar", [["/avatar", "a", "x", "text/html"]], 415, "must be of type image/*"],
    ["save_avatar", [["/user_id", "a", "x", "image/png"]], 422, "does not fit"],
    [
      "save_pages",
      [
        ["/pages/0", "a", "x", "a/b"],
        ["/pages/1", "a", "x", "a/b"],
        ["/pages/2", "a", "x", "a/b"],
      ],
      422,
      "does not fit",
    ],
    ["measure", [["file", "a", "x", "a/b"]], 400, "JSON Pointer"],
    ["measure", [["/file", "..", "x", "a/b"]], 400, "a file has a name"],
    ["nothing", [["/file", "a", "x", "a/b"]], 404, "not found"],
  ] as [string, Sent[], number, string][])(
    "what is refused runs nothing: %s %j",
    async (fn, files, status, message) => {
      const args = fn === "save_avatar" ? { user_id: 5 } : {};
      const [told, body] = await answer({ args, fn }, files);
      expect(told).toBe(status);
      expect((body["error"] as { message: string }).message).toContain(message);
      expect(runs).toEqual([]);
    },
  );

  test("the limit of a file holds at the limit, and not beyond", async () => {
    const most = 10 * 2 ** 20;
    const [, body] = await answer({ fn: "measure" }, [["/file", "a", "x".repeat(most), "a/b"]]);
    expect(body["result"]).toBe(most);
    const [status] = await answer({ fn: "measure" }, [["/file", "a", "x".repeat(most + 1), "a/b"]]);
    expect(status).toBe(413);
  });
});

test("the limit of a body is that of its type, whatever the one before was of", async () => {
  const { fetch } = createMizan({ functions });
  const size = 2 * 2 ** 20;
  for (let time = 0; time < 2; time += 1) {
    const json = new Request("http://shop.test/api/mizan/call/", {
      body: JSON.stringify({ args: {}, fn: "nothing" }),
      headers: { "content-type": "application/json" },
      method: "POST",
    });
    expect((await fetch(json)).status).toBe(404);
    const sent: Sent = ["/file", "a", "x".repeat(size), "a/b"];
    const response = await fetch(withFiles({ fn: "measure" }, [sent]));
    expect(((await response.json()) as { result: number }).result).toBe(size);
  }
});
