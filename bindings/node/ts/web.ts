// The ground floor: a web `Request` in, a web `Response` out.
import { Buffer } from "node:buffer";
import { Gathered, READ_BEFORE } from "./body.js";
import { type Arrival, READ } from "./incoming.js";
import { readReply } from "./reply.js";
import type { Serving } from "./serving.js";

/** Answers a request. */
export async function answerFetch(serving: Serving, request: Request): Promise<Response> {
  const { headers, method, url } = request;
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const cut = url.indexOf("#");
  const target = start < 0 ? "/" : url.slice(start, cut < 0 ? undefined : cut);
  let head = `${method}\n${target}`;
  // Asked by name: to walk all of them, a runtime sorts them first.
  for (const name of READ) {
    const value = headers.get(name);
    if (value !== null) head += `\n${name}\n${value}`;
  }
  // A request that was made by hand has no such field; its URL says it.
  if (!headers.has("host"))
    head += `\nhost\n${url.slice(url.indexOf("//") + 2, start < 0 ? undefined : start)}`;
  let body: Uint8Array | undefined;
  if (method !== "GET" && method !== "HEAD") {
    if (request.bodyUsed) return responseOf(serving, serving.refuse(READ_BEFORE));
    const limit = serving.bodyLimit(headers.get("content-type") ?? undefined);
    try {
      body = await readBody(request, limit);
    } catch {
      return responseOf(serving, serving.native.refuseBrokenBody());
    }
    if (!isWhole(headers, body, limit))
      return responseOf(serving, serving.native.refuseBrokenBody());
  }
  return new Promise((resolve, reject) => {
    const arrival: Arrival = {
      body,
      headers: () => headers,
      method,
      raw: request,
      secure: url.startsWith("https:"),
      settle: (reply) => {
        try {
          resolve(responseOf(serving, reply));
        } catch (error) {
          reject(error);
        }
      },
      target,
    };
    serving.answer(head, arrival);
  });
}

function responseOf(serving: Serving, text: string): Response {
  const reply = readReply(serving.number, text);
  const pairs: [string, string][] = [];
  for (let at = 0; at < reply.headers.length; at += 2) {
    pairs.push([reply.headers[at] as string, reply.headers[at + 1] as string]);
  }
  const isEmpty = reply.body === "";
  return new Response(isEmpty ? null : Buffer.from(reply.body, "latin1"), {
    headers: pairs,
    status: reply.status,
  });
}

/** Bun gathers the pieces of a body itself, in one. */
const IS_BUN = process.versions["bun"] !== undefined;
/** What a piece of one byte may cost where somebody else gathers them, in bytes. */
const PIECE = 512;
/** How many times its limit a body may cost. */
const MOST_TIMES = 4;

/** The bytes of a body, and one more than the limit where there are more. */
async function readBody(request: Request, limit: number): Promise<Uint8Array | undefined> {
  const length = Number(request.headers.get("content-length") ?? Number.NaN);
  // A server reads no further than the length that was said. A stream costs several times as much, but for what a runtime
  // keeps of each piece.
  if (length <= (IS_BUN ? limit : (limit * MOST_TIMES) / PIECE)) {
    const whole = new Uint8Array(await request.arrayBuffer());
    return whole.length > limit ? whole.subarray(0, limit + 1) : whole;
  }
  if (request.body === null) return undefined;
  const body = new Gathered(limit);
  for await (const piece of request.body as ReadableStream<Uint8Array>) {
    body.add(piece);
    // Leaving the loop tells the sender to stop.
    if (body.isFull) break;
  }
  return body.bytes;
}

/** Whether as much came as was said: a host may end the stream of a caller that has left (PAGE-8). */
function isWhole(headers: Headers, body: Uint8Array | undefined, limit: number): boolean {
  const said = Number(headers.get("content-length") ?? Number.NaN);
  // What was unpacked has another length, and what says that it is too long the core refuses.
  return !((body?.length ?? 0) < said) || said > limit || headers.has("content-encoding");
}
