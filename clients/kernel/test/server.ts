// A small server of the protocol on a free loopback port, for the tests of every client package.
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { createProtection, openSession, type Protection, refusal } from "./protection.js";
import {
  type Answered,
  CONTEXTS,
  createShop,
  FUNCTIONS,
  Refusal,
  type Shop,
  type Values,
} from "./shop.js";

/** A request as it arrived. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The parsed body of a POST; of one with files, the call. */
  readonly body: unknown;
  /** The files, by the names of their parts, in order. */
  readonly files: readonly (readonly [name: string, file: File])[];
  /** Whether the client hung up before the answer. */
  isDropped: boolean;
}

/** A reply that was computed and is kept back. */
export interface Hold {
  /** Resolves when the request has been run and its reply waits. */
  readonly isRun: Promise<Received>;
  release(): void;
}

/** What a test may say about one reply that is not the protocol's. */
export interface Disturbance {
  readonly status?: number;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A running server. */
export interface TestServer {
  /** The base URL to give to `createClient`. */
  readonly base: string;
  readonly contract: string;
  readonly received: Received[];
  readonly shop: Shop;
  /** What it asks of requests: at first nothing. */
  readonly protection: Protection;
  /** The number of requests so far whose `METHOD path` starts so. */
  count(prefix: string): number;
  /** Keeps the reply to the next request whose `METHOD path` starts so, until it is released. */
  hold(prefix: string): Hold;
  /** Answers the next request whose `METHOD path` starts so with something else. It is not run. */
  disturb(prefix: string, disturbance: Disturbance): void;
  close(): Promise<void>;
}

const CONTRACT = "0123456789abcdef";

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly retryAfter?: number | undefined;
}

function errorBody(refusal: Refusal, member?: string): { error: Values } {
  const { code, message, ...facts } = refusal.body;
  return { error: { code, message, ...facts, ...(member && { function: member }) } };
}

function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}

function readContext(shop: Shop, name: string, params: Values): Values {
  const members = CONTEXTS[name];
  if (!members) throw new Refusal(404, { code: "NOT_FOUND", message: "not found" });
  const bundle: Record<string, unknown> = {};
  for (const [member, read] of Object.entries(members.members).sort()) {
    try {
      bundle[member] = read(shop, members.params(params));
    } catch (error) {
      const refusal = asRefusal(error);
      throw new Refusal(refusal.status, { ...refusal.body, function: member }, refusal.retryAfter);
    }
  }
  return bundle;
}

interface CallBody {
  readonly fn: string;
  readonly args?: Values;
  readonly refresh?: readonly { readonly context: string; readonly params?: Values }[];
}

function isCall(body: unknown): body is CallBody {
  return (
    typeof body === "object" &&
    body !== null &&
    "fn" in body &&
    typeof body.fn === "string" &&
    Object.keys(body).every((key) => ["args", "fn", "refresh"].includes(key)) &&
    (!("refresh" in body) || (Array.isArray(body.refresh) && body.refresh.length <= 16))
  );
}

function covers(target: { context: string; params?: Values }, context: string, params: Values) {
  return (
    target.context === context &&
    Object.entries(target.params ?? {}).every(
      ([name, value]) => JSON.stringify(value) === JSON.stringify(params[name]),
    )
  );
}

function runCall(shop: Shop, { args = {}, fn, refresh = [] }: CallBody): Reply {
  const run = Object.hasOwn(FUNCTIONS, fn) ? FUNCTIONS[fn] : undefined;
  try {
    if (!run) throw new Refusal(404, { code: "NOT_FOUND", message: "not found" });
    const { invalidate = [], merge = [], result }: Answered = run(shop, args);
    const bundles = refresh.flatMap(({ context, params = {} }) => {
      const full = CONTEXTS[context]?.params(params);
      return full && invalidate.some((target) => covers(target, context, full))
        ? [{ context, data: readContext(shop, context, params), params: full }]
        : [];
    });
    return {
      body: {
        invalidate,
        result,
        ...(merge.length && { merge }),
        ...(bundles.length && { bundles }),
      },
      status: 200,
    };
  } catch (error) {
    const refusal = asRefusal(error);
    return { body: errorBody(refusal), retryAfter: refusal.retryAfter, status: refusal.status };
  }
}

function runCalls(shop: Shop, body: unknown): Reply {
  const calls: readonly unknown[] = Array.isArray(body) ? body : [body];
  const badRequest = {
    body: { error: { code: "BAD_REQUEST", message: "the request is not of the protocol" } },
    status: 400,
  };
  if (!calls.length || calls.length > 32 || !calls.every(isCall)) return badRequest;
  const functions = calls
    .flatMap(({ refresh = [] }) => refresh)
    .reduce(
      (sum, { context }) => sum + Object.keys(CONTEXTS[context]?.members ?? {}).length,
      calls.length,
    );
  if (functions > 64) return badRequest;
  const replies = calls.map((call) => runCall(shop, call));
  if (!Array.isArray(body)) return replies[0] as Reply;
  return {
    body: replies.map((reply) =>
      reply.status === 200 ? reply.body : { ...(reply.body as Values), status: reply.status },
    ),
    retryAfter: replies.find(({ retryAfter }) => retryAfter !== undefined)?.retryAfter,
    status: 200,
  };
}

function runRead(shop: Shop, url: URL): Reply {
  const params: Record<string, string | string[]> = {};
  for (const name of new Set(url.searchParams.keys())) params[name] = url.searchParams.getAll(name);
  const name = /\/ctx\/([a-z0-9_]+)\/$/.exec(url.pathname)?.[1] ?? "";
  try {
    const read = CONTEXTS[name]?.query(params) ?? {};
    return { body: readContext(shop, name, read), status: 200 };
  } catch (error) {
    const refusal = asRefusal(error);
    return { body: errorBody(refusal), retryAfter: refusal.retryAfter, status: refusal.status };
  }
}

async function readBody(request: IncomingMessage): Promise<Pick<Received, "body" | "files">> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) {
    return { body: bytes.length ? JSON.parse(bytes.toString()) : undefined, files: [] };
  }
  const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
  const [[first, call], ...files] = [...form] as [[string, string], ...[string, File][]];
  if (first !== "call") throw new Error("the first part is not the call");
  return { body: JSON.parse(call), files };
}

/** Starts a server with a fresh shop. */
export async function startServer(): Promise<TestServer> {
  const shop = createShop();
  const protection = createProtection();
  const received: Received[] = [];
  const holds: { prefix: string; run(one: Received): void; isReleased: Promise<void> }[] = [];
  const disturbances: { prefix: string; disturbance: Disturbance }[] = [];

  /** Takes the first entry that is about this request off its list. */
  function takeFor<Entry extends { prefix: string }>(list: Entry[], line: string) {
    const index = list.findIndex(({ prefix }) => line.startsWith(prefix));
    return index < 0 ? undefined : list.splice(index, 1)[0];
  }

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const { body, files } = await readBody(request);
    const one: Received = {
      body,
      files,
      headers: request.headers,
      isDropped: false,
      method: request.method ?? "",
      url: (request.url ?? "").replace("/api/mizan", ""),
    };
    received.push(one);
    response.on("close", () => {
      one.isDropped = !response.writableFinished;
    });
    const line = `${one.method} ${one.url}`;
    const disturbed = takeFor(disturbances, line)?.disturbance;
    const run = (): Reply => {
      const refused = refusal(protection, one.method, one.headers);
      if (refused) {
        const headers = {
          ...(refused.hasWrongToken && { "x-mizan-token": "refused" }),
          ...(refused.needsCsrf && { "x-mizan-csrf": "required" }),
        };
        return { body: errorBody(refused), headers, status: refused.status };
      }
      if (line === "GET /session/") return { ...openSession(protection), status: 200 };
      return one.method === "POST"
        ? runCalls(shop, body)
        : runRead(shop, new URL(one.url, "http://server"));
    };
    const reply: Reply = disturbed ? { body: undefined, status: disturbed.status ?? 200 } : run();
    const held = takeFor(holds, line);
    held?.run(one);
    await held?.isReleased;
    response.writeHead(reply.status, {
      "content-type": "application/json",
      "x-mizan-contract": CONTRACT,
      ...(reply.retryAfter !== undefined && { "retry-after": String(reply.retryAfter) }),
      ...reply.headers,
      ...disturbed?.headers,
    });
    response.end(disturbed?.text ?? JSON.stringify(reply.body));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    base: `http://127.0.0.1:${port}/api/mizan`,
    contract: CONTRACT,
    count: (prefix) =>
      received.filter(({ method, url }) => `${method} ${url}`.startsWith(prefix)).length,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    disturb(prefix, disturbance) {
      disturbances.push({ disturbance, prefix });
    },
    hold(prefix) {
      const { promise: isReleased, resolve: release } = deferred<void>();
      const { promise: isRun, resolve: run } = deferred<Received>();
      holds.push({ isReleased, prefix, run });
      return { isRun, release };
    },
    protection,
    received,
    shop,
  };
}

function deferred<Value>() {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
