// The ground floor: a web `Request` in, a web `Response` out.
import { Buffer } from "node:buffer";
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
  const body =
    method === "POST"
      ? await readBody(request, serving.bodyLimit(headers.get("content-type") ?? undefined))
      : undefined;
  const arrival: Arrival = {
    body,
    headers: () => headers,
    method,
    raw: request,
    secure: url.startsWith("https:"),
    target,
  };
  return new Promise((resolve, reject) => {
    serving.answer(head, arrival, (text) => {
      try {
        resolve(responseOf(text));
      } catch (error) {
        reject(error);
      }
    });
  });
}

function responseOf(text: string): Response {
  const reply = readReply(text);
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

/** The bytes of a body, and one more than the limit where there are more. */
async function readBody(request: Request, limit: number): Promise<Uint8Array | undefined> {
  const length = request.headers.get("content-length");
  // A server reads no further than the length that was said; a stream costs it several times as much.
  if (length !== null && Number(length) <= limit) {
    const whole = new Uint8Array(await request.arrayBuffer());
    return whole.length > limit ? whole.subarray(0, limit + 1) : whole;
  }
  if (request.body === null) return undefined;
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body as ReadableStream<Uint8Array>) {
    parts.push(part);
    size += part.length;
    // Leaving the loop tells the sender to stop.
    if (size > limit) break;
  }
  const whole = parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts, size);
  return size > limit ? whole.subarray(0, limit + 1) : whole;
}
