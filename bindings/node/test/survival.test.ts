// Nothing that an application does, or the host around it, ends the process or leaves a caller without a reply.
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { client, context, createMizan, type MizanOptions } from "../ts/index.js";
import { call, read } from "./shop.js";

const escaped: unknown[] = [];
const note = (error: unknown) => escaped.push(error);
let server: Server | undefined;

beforeEach(() => {
  escaped.length = 0;
  process.on("uncaughtException", note);
  process.on("unhandledRejection", note);
});
afterEach(async () => {
  server?.close();
  server?.closeAllConnections();
  server = undefined;
  // A rejection is called unhandled once the turn in which it came is over.
  await new Promise(setImmediate);
  process.off("uncaughtException", note);
  process.off("unhandledRejection", note);
  expect(escaped).toEqual([]);
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Whatever is asked of it, it throws. */
const closed = (of: object) =>
  new Proxy(of, {
    get() {
      throw new Error("the connection is closed");
    },
    getPrototypeOf() {
      throw new Error("the connection is closed");
    },
  });
const unreadable = Object.defineProperty(new Error("no name"), "name", {
  get() {
    throw new Error("no name");
  },
});

/** What a function returns, and the status of its reply. */
const RESULTS: Record<string, [() => unknown, number]> = {
  "a getter that throws": [
    () => ({
      get name() {
        throw new Error("no name");
      },
    }),
    500,
  ],
  "a promise of what throws wherever it is touched": [async () => [closed({})], 500],
  "a then that answers twice": [
    () => ({
      // biome-ignore lint/suspicious/noThenProperty: it is what is tested
      then(resolve: (value: string) => void, reject: (error: unknown) => void) {
        resolve("once");
        resolve("twice");
        reject(new Error("and thrice"));
      },
    }),
    200,
  ],
  "a then that throws": [
    () => ({
      // biome-ignore lint/suspicious/noThenProperty: it is what is tested
      then() {
        throw new Error("not now");
      },
    }),
    500,
  ],
  "a then that throws when it is read": [
    () => ({
      // biome-ignore lint/suspicious/noThenProperty: it is what is tested
      get then() {
        throw new Error("not now");
      },
    }),
    500,
  ],
  "an error without a name that can be read": [
    () => {
      throw unreadable;
    },
    500,
  ],
  "an error without a name that can be read, later": [() => Promise.reject(unreadable), 500],
  "what throws wherever it is touched": [() => closed({}), 500],
  "what throws wherever it is touched, thrown": [
    () => {
      throw closed({});
    },
    500,
  ],
};

const silent = { error: () => undefined, warn: () => undefined };
const loud = {
  error() {
    throw new Error("the disk is full");
  },
  warn() {
    throw new Error("the disk is full");
  },
};

describe.each([
  ["a log", silent],
  ["a log that throws", loud],
])("with %s", (_, log) => {
  test.each(Object.entries(RESULTS))("a function may return %s", async (_name, [run, status]) => {
    const fn = client({ output: z.any() }, run);
    const mizan = createMizan({ functions: { fn }, log });
    const reply = await mizan.fetch(call("fn", {}));
    expect(reply.status).toBe(status);
    const base = await serve(mizan.node);
    const over = await fetch(`${base}/api/mizan/call/`, {
      body: '{"fn":"fn"}',
      headers: { "content-type": "application/json" },
      method: "POST",
    });
    expect(over.status).toBe(status);
  });

  test.each(Object.entries(RESULTS))(
    "whoever finds out who asks may return %s",
    async (_name, [run]) => {
      const fn = client({ auth: "authenticated" }, () => undefined);
      const identify = run as NonNullable<MizanOptions["identify"]>;
      const mizan = createMizan({ functions: { fn }, identify, log });
      expect((await mizan.fetch(call("fn", {}))).status).toBe(500);
    },
  );

  test.each(Object.entries(RESULTS))("what narrows may return %s", async (_name, [run]) => {
    const shelf = context("shelf");
    const functions = {
      fn: client({ affects: shelf, affectsParams: run as never, output: z.int() }, async () => 1),
      shelfSize: client({ context: shelf, input: { name: z.string() }, output: z.int() }, () => 1),
    };
    const mizan = createMizan({ functions, log });
    expect([200, 500]).toContain((await mizan.fetch(call("fn", {}))).status);
    expect((await mizan.fetch(read("shelf", "?name=a"))).status).toBe(200);
  });
});

test("what narrows has to answer at once", async () => {
  const shelf = context("shelf");
  const functions = {
    fn: client(
      { affects: shelf, affectsParams: (async () => Promise.reject(new Error("later"))) as never },
      () => undefined,
    ),
    shelfSize: client({ context: shelf, output: z.int() }, () => 1),
  };
  const lines: string[] = [];
  const log = {
    error: (...parts: unknown[]) => lines.push(parts.map(String).join(" ")),
    warn: silent.warn,
  };
  expect((await createMizan({ functions, log }).fetch(call("fn", {}))).status).toBe(500);
  expect(lines).toEqual([expect.stringContaining("affectsParams returned a promise")]);
});

describe("where somebody else answers", () => {
  const slow = client({ output: z.string() }, async () => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    return "late";
  });
  const mizan = createMizan({ functions: { slow }, log: silent });
  const post = {
    body: '{"fn":"slow"}',
    headers: { "content-type": "application/json" },
    method: "POST",
  };

  test.each<[string, RequestListener]>([
    ["has begun", (_, response) => response.writeHead(503).write("bu")],
    ["is over", (_, response) => response.writeHead(503).end("busy")],
  ])("and %s, nothing is sent beside it", async (_, meddle) => {
    const base = await serve((request, response) => {
      setTimeout(() => meddle(request, response), 5);
      setTimeout(() => response.writableEnded || response.end("sy"), 80);
      mizan.node(request, response);
    });
    const reply = await fetch(`${base}/api/mizan/call/`, post);
    expect([reply.status, await reply.text()]).toEqual([503, "busy"]);
  });

  test("and a header of its cannot be written, the connection ends", async () => {
    const lines: string[] = [];
    const log = { error: (text: unknown) => lines.push(String(text)), warn: silent.warn };
    const logging = createMizan({ functions: { slow }, log });
    const base = await serve((request, response) => {
      response.writeHead = () => {
        throw new Error("no such header");
      };
      logging.node(request, response);
    });
    await expect(fetch(`${base}/api/mizan/call/`, post)).rejects.toThrow("fetch failed");
    expect(lines).toEqual([expect.stringContaining("the reply could not be sent")]);
  });

  test("and the caller has left, nobody minds", async () => {
    const base = await serve(mizan.node);
    const socket = connect(Number(new URL(base).port), "127.0.0.1");
    const head = "POST /api/mizan/call/ HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n";
    socket.write(`${head}content-length: 13\r\n\r\n{"fn":"slow"}`);
    setTimeout(() => socket.resetAndDestroy(), 10);
    await once(socket, "close");
    await new Promise((resolve) => setTimeout(resolve, 60));
  });
});

test("a function that ends late may end as it likes", async () => {
  const shelf = context("shelf");
  let goOn = () => {};
  const answered = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const late = client({ affects: shelf, output: z.int(), timeout: 10 }, async (req) => {
    await answered;
    req.invalidate("\ud800", { name: 5n });
    throw closed({});
  });
  const shelfSize = client({ context: shelf, output: z.int() }, () => 1);
  const mizan = createMizan({
    cache: "memory",
    functions: { late, shelfSize },
    log: loud,
    secret: "x".repeat(32),
  });
  expect((await mizan.fetch(call("late", {}))).status).toBe(504);
  goOn();
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect((await mizan.fetch(read("shelf"))).status).toBe(200);
});
