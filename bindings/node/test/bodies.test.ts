// Bodies on both fronts: what they cost, who reads them, and that nothing runs on a part of one.
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import express from "express";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { client, createMizan } from "../ts/index.js";

const LIMIT = 256 * 2 ** 10;
const PAGE = "/words/some";
const CALL = "/api/mizan/call/";
const JSON_TYPE = { "content-type": "application/json" };

const runs: string[] = [];
const lines: string[] = [];
const log = {
  error: (...parts: unknown[]) => lines.push(parts.map(String).join(" ")),
  warn: () => undefined,
};
const mizan = createMizan({
  functions: {
    echo: client({ input: { text: z.string() }, output: z.string() }, (_, { text }) => {
      runs.push(text);
      return text;
    }),
    word: client(
      {
        input: { word: z.string() },
        methods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
        output: z.string(),
        request: true,
        route: "/words/:word",
      },
      ({ request }) => {
        const text = `${request.method} ${Buffer.from(request.body).toString("latin1")}`;
        runs.push(text);
        return text;
      },
    ),
  },
  limits: { body: LIMIT },
  log,
});
const ECHO = JSON.stringify({ args: { text: "hello" }, fn: "echo" });

let server: Server | undefined;

beforeEach(() => {
  runs.length = 0;
  lines.length = 0;
});
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Writes a request as it is, and gives what came back until the connection ended. */
async function written(base: string, text: string, leave = false): Promise<string> {
  const socket = connect(Number(new URL(base).port), "127.0.0.1");
  let came = "";
  socket.on("data", (piece: Buffer) => {
    came += piece.toString("latin1");
  });
  socket.on("error", () => undefined);
  socket.write(text.replaceAll("\n", "\r\n"));
  if (leave) setTimeout(() => socket.end(), 30);
  await once(socket, "close");
  return came;
}

describe("of one-byte pieces", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const COUNT = LIMIT - 10_000;

  function held(): number {
    collect();
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  }

  /** How much more is held once a server has received the pieces, and the sender holds its last one back. */
  async function grownOnNode(listener: RequestListener): Promise<number> {
    let received = 0;
    const base = await serve((request, response) => {
      listener(request, response);
      request.on("data", (piece: Buffer) => {
        received += piece.length;
      });
    });
    const socket = connect(Number(new URL(base).port), "127.0.0.1");
    socket.write(`POST ${CALL} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n`);
    socket.write("transfer-encoding: chunked\r\n\r\n");
    socket.on("error", () => undefined);
    const before = held();
    for (let sent = 0; sent < COUNT; sent += 1000) {
      if (!socket.write("1\r\nx\r\n".repeat(1000))) await once(socket, "drain");
    }
    while (received < COUNT) await new Promise(setImmediate);
    const grown = held() - before;
    socket.destroy();
    return grown;
  }

  /** The same of a web `Request`, whose length is said or not. */
  async function grownOnFetch(
    answer: (request: Request) => Promise<unknown>,
    headers: Record<string, string>,
  ): Promise<number> {
    let sent = 0;
    let grown = 0;
    const before = held();
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (sent === COUNT) {
            grown = held() - before;
            controller.close();
            return;
          }
          sent += 1;
          controller.enqueue(new Uint8Array(1));
        },
      },
      { highWaterMark: 0 },
    );
    const init = { body, duplex: "half", headers: { ...JSON_TYPE, ...headers }, method: "POST" };
    await answer(new Request(`http://shop.test${CALL}`, init as RequestInit));
    expect(sent).toBe(COUNT);
    return grown;
  }

  /** The first time, code that is compiled meanwhile counts too. */
  async function secondGrownOnFetch(...given: Parameters<typeof grownOnFetch>): Promise<number> {
    await grownOnFetch(...given);
    return grownOnFetch(...given);
  }

  test("costs less than four times its limit on node:http", async () => {
    expect(await grownOnNode(mizan.node)).toBeLessThan(4 * LIMIT);
  }, 30_000);

  test("costs more than that where the pieces are kept", async () => {
    const pieces: Buffer[] = [];
    const keep: RequestListener = (request) => request.on("data", (piece) => pieces.push(piece));
    expect(await grownOnNode(keep)).toBeGreaterThan(4 * LIMIT);
    expect(pieces.length).toBeGreaterThan(COUNT / 2);
  }, 30_000);

  test.each([
    ["that says its length", { "content-length": `${COUNT}` }],
    ["that does not say its length", {}],
  ])(
    "costs less than four times its limit on fetch, of a request %s",
    async (_, headers) => {
      expect(await secondGrownOnFetch(mizan.fetch, headers as never)).toBeLessThan(4 * LIMIT);
    },
    30_000,
  );

  test("costs more than that where whoever reads a Request keeps them", async () => {
    const keep = (request: Request) => request.arrayBuffer();
    expect(await secondGrownOnFetch(keep, {})).toBeGreaterThan(4 * LIMIT);
  }, 30_000);
});

test.each([1, 7, 4096, 70_000])("in pieces of %s bytes are what was sent", async (size) => {
  const text = "0123456789".repeat(20_000);
  const whole = Buffer.from(JSON.stringify({ args: { text }, fn: "echo" }));
  let at = 0;
  const pieces = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(whole.subarray(at, at + size));
      at += size;
      if (at >= whole.length) controller.close();
    },
  });
  const init = { body: pieces, duplex: "half", headers: JSON_TYPE, method: "POST" };
  const reply = await mizan.fetch(new Request(`http://shop.test${CALL}`, init as RequestInit));
  expect([reply.status, runs[0] === text]).toEqual([200, true]);
});

describe.each([
  ["fetch", (path: string, init: RequestInit) => mizan.fetch(new Request(`http://a${path}`, init))],
  [
    "node:http",
    async (path: string, init: RequestInit) => fetch((await serve(mizan.node)) + path, init),
  ],
])("over %s the function of a page", (_, send) => {
  test.each(["POST", "PUT", "PATCH", "DELETE"])("reads its body: %s", async (method) => {
    const reply = await send(PAGE, { body: "a=1&b=\xff", method });
    expect([reply.status, await reply.json()]).toEqual([200, `${method} a=1&b=\xc3\xbf`]);
  });

  test("has an empty one where there is none", async () => {
    const none = [await send(PAGE, {}), await send(PAGE, { method: "DELETE" })];
    expect(await Promise.all(none.map((reply) => reply.json()))).toEqual(["GET ", "DELETE "]);
  });

  test.each(["POST", "PUT"])("gets no part of one that is too long: %s", async (method) => {
    const fits = await send(PAGE, { body: "x".repeat(LIMIT), method });
    const longer = await send(PAGE, { body: "x".repeat(LIMIT + 1), method });
    expect([fits.status, longer.status, runs.length]).toEqual([200, 413, 1]);
  });
});

describe("that ends before its length", () => {
  test.each([
    ["a call", `POST ${CALL}`],
    ["a page", `PUT ${PAGE}`],
    ["a page that is read", `GET ${PAGE}`],
  ])("runs nothing on node:http: %s", async (_, line) => {
    const base = await serve(mizan.node);
    const head = `${line} HTTP/1.1\nhost: a\ncontent-type: application/json\n`;
    await written(base, `${head}content-length: ${ECHO.length + 1}\n\n${ECHO}`, true);
    await written(
      base,
      `${head}transfer-encoding: chunked\n\n${ECHO.length.toString(16)}\n${ECHO}\n`,
      true,
    );
    await written(base, `${head}transfer-encoding: chunked\n\n2\n{}\nxyz\n`);
    expect(runs).toEqual([]);
    await written(base, `${head}connection: close\ncontent-length: ${ECHO.length}\n\n${ECHO}`);
    expect(runs).toHaveLength(1);
  });

  test.each([
    ["ends", (controller: ReadableStreamDefaultController) => controller.close()],
    [
      "breaks",
      (controller: ReadableStreamDefaultController) => controller.error(new Error("left")),
    ],
  ])("runs nothing on fetch, where its stream %s", async (_, end) => {
    for (const path of [CALL, PAGE]) {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(Buffer.from(ECHO));
          setTimeout(() => end(controller), 5);
        },
      });
      const headers = { ...JSON_TYPE, "content-length": `${ECHO.length + 1}` };
      const init = { body, duplex: "half", headers, method: "POST" } as RequestInit;
      const reply = await mizan.fetch(new Request(`http://a${path}`, init));
      expect([reply.status, await reply.json()]).toMatchObject([
        400,
        { error: { code: "BAD_REQUEST" } },
      ]);
    }
    expect(runs).toEqual([]);
  });
});

describe("that somebody else has read", () => {
  const post: RequestInit = { body: ECHO, headers: JSON_TYPE, method: "POST" };

  /** Asks, and gives up on a server that does not answer. */
  async function ask(base: string, init: RequestInit = post, path = CALL) {
    const reply = await fetch(base + path, { ...init, signal: AbortSignal.timeout(20_000) });
    const body = (await reply.json()) as { error?: { id: string }; result?: unknown };
    return { body, reply };
  }

  /** Expects an error of the application's, with the log telling what to do. */
  async function expectRefused(asked: ReturnType<typeof ask>) {
    const { body, reply } = await asked;
    expect(reply.status).toBe(500);
    expect(reply.headers.get("x-content-type-options")).toBe("nosniff");
    expect(lines).toEqual([expect.stringMatching(/was read before\n {2}help: .*express\.json/)]);
    expect(lines[0]).toContain(body.error?.id);
    expect(runs).toEqual([]);
  }

  const consume: RequestListener = (request, response) => {
    request.resume();
    request.on("end", () => setTimeout(() => mizan.node(request, response), 5));
  };

  test("is an error at once on node:http", async () => {
    const base = await serve(consume);
    await expectRefused(ask(base));
    lines.length = 0;
    await expectRefused(ask(base, { body: "a=1", method: "PUT" }, PAGE));
  });

  test("is none where there was nothing to read", async () => {
    const { body } = await ask(await serve(consume), { method: "DELETE" }, PAGE);
    expect(body).toBe("DELETE ");
  });

  test("in part is an error too", async () => {
    const base = await serve((request, response) => {
      request.once("data", () => {
        request.pause();
        mizan.node(request, response);
      });
    });
    await expectRefused(ask(base));
  });

  test("as text of some coding is an error too", async () => {
    const base = await serve((request, response) => {
      request.setEncoding("utf8");
      mizan.node(request, response);
    });
    await expectRefused(ask(base));
  });

  test("and only stopped goes on", async () => {
    const base = await serve((request, response) => {
      request.pause();
      setTimeout(() => mizan.node(request, response), 5);
    });
    expect((await ask(base)).body.result).toBe("hello");
  });

  test.each([
    ["rawBody", () => ({ body: { parsed: true }, rawBody: Buffer.from(ECHO) })],
    ["a Buffer", () => ({ body: Buffer.from(ECHO) })],
    ["text", () => ({ body: ECHO })],
  ])("is what was left of it: %s", async (_, left) => {
    const base = await serve((request, response) => {
      Object.assign(request, left());
      consume(request, response);
    });
    expect((await ask(base)).body.result).toBe("hello");
  });

  test("has its limit there too", async () => {
    const base = await serve((request, response) => {
      Object.assign(request, { rawBody: Buffer.from(ECHO.padEnd(LIMIT + 1)) });
      consume(request, response);
    });
    expect((await ask(base)).reply.status).toBe(413);
  });

  test("is an error where what was left throws", async () => {
    const base = await serve((request, response) => {
      Object.defineProperty(request, "body", {
        get() {
          throw new Error("Invalid JSON");
        },
      });
      consume(request, response);
    });
    await expectRefused(ask(base));
  });

  test.each([
    ["express.raw()", express.raw({ type: "*/*" })],
    ["express.text()", express.text({ type: "*/*" })],
    [
      "express.json() that keeps the bytes",
      express.json({
        verify: (request, _, bytes) => {
          Object.assign(request, { rawBody: bytes });
        },
      }),
    ],
  ])("is found in Express behind %s", async (_, before) => {
    const app = express();
    app.use(before);
    app.use(mizan.express());
    expect((await ask(await serve(app))).body.result).toBe("hello");
  });

  test("is an error at once on fetch", async () => {
    const request = new Request(`http://a${CALL}`, post);
    await request.text();
    const reply = await mizan.fetch(request);
    const body = (await reply.json()) as { error: { id: string } };
    expect(reply.status).toBe(500);
    expect(lines).toEqual([expect.stringContaining("was read before")]);
    expect(lines[0]).toContain(body.error.id);
  });
});
