// The front for `node:http`, and for Express, which is one of its listeners.
import type { IncomingMessage, ServerResponse } from "node:http";
import { Gathered, leftBy, READ_BEFORE } from "./body.js";
import { type Arrival, mayRead } from "./incoming.js";
import { readReply } from "./reply.js";
import type { Serving } from "./serving.js";

/** A listener of `http.createServer`. */
export type NodeListener = (request: IncomingMessage, response: ServerResponse) => void;

class NodeArrival implements Arrival {
  readonly #serving: Serving;
  readonly #response: ServerResponse;
  readonly raw: IncomingMessage;
  readonly method: string;
  readonly target: string;
  body: Uint8Array | undefined;

  constructor(
    serving: Serving,
    response: ServerResponse,
    raw: IncomingMessage,
    method: string,
    target: string,
  ) {
    this.#serving = serving;
    this.#response = response;
    this.raw = raw;
    this.method = method;
    this.target = target;
  }

  get secure(): boolean {
    // Express knows what a proxy that it trusts says.
    const { secure } = this.raw as { secure?: boolean };
    return secure ?? (this.raw.socket as { encrypted?: boolean }).encrypted === true;
  }

  settle(reply: string): void {
    send(this.#serving, this.#response, reply);
  }

  headers(): Headers {
    const headers = new Headers();
    const { rawHeaders } = this.raw;
    for (let at = 0; at < rawHeaders.length; at += 2) {
      headers.append(rawHeaders[at] as string, rawHeaders[at + 1] as string);
    }
    return headers;
  }
}

/**
 * Answers a request. `target` is its whole path, where a framework has shortened `request.url`. `refuse` receives the
 * application's own mistake, where somebody else is to tell of it.
 */
export function answerNode(
  serving: Serving,
  request: IncomingMessage,
  response: ServerResponse,
  target: string = request.url ?? "/",
  refuse?: (error: Error) => void,
): void {
  const method = request.method ?? "GET";
  let head = `${method}\n${target}`;
  let hasBody = method !== "GET" && method !== "HEAD";
  const { rawHeaders } = request;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (mayRead(name)) head += `\n${name}\n${rawHeaders[at + 1]}`;
    hasBody ||= saysBody(name);
  }
  const arrival = new NodeArrival(serving, response, request, method, target);
  if (!hasBody) {
    serving.answer(head, arrival);
    return;
  }
  const answer = (body: Uint8Array) => {
    arrival.body = body;
    serving.answer(head, arrival);
  };
  const limit = serving.bodyLimit(request.headers["content-type"]);
  if (!isUntouched(request)) {
    const left = readBefore(request);
    if (left !== undefined) answer(left.length > limit ? left.subarray(0, limit + 1) : left);
    else if (refuse !== undefined) refuse(new Error(READ_BEFORE));
    else send(serving, response, serving.refuse(READ_BEFORE));
    return;
  }
  // A caller that left before this had its turn.
  if (request.destroyed) {
    response.destroy();
    return;
  }
  const body = new Gathered(limit);
  // What is beyond the limit is read and forgotten: a caller that still sends would not see the reply.
  request.on("data", (piece: Uint8Array) => body.add(piece));
  // Comes only where the body is whole (PAGE-8).
  request.on("end", () => answer(body.bytes));
  // A caller that left in the middle has nobody to answer.
  request.on("error", () => response.destroy());
  // A stream that somebody has stopped does not go on by itself.
  if (request.readableFlowing === false) request.resume();
}

/** Whether a header field of that name says that there is a body. */
function saysBody(name: string): boolean {
  const { length } = name;
  return (
    (length === 14 && name.toLowerCase() === "content-length") ||
    (length === 17 && name.toLowerCase() === "transfer-encoding")
  );
}

/** Whether all of the body, byte by byte, is still to come. */
function isUntouched({
  readableDidRead,
  readableEncoding,
  readableEnded,
}: IncomingMessage): boolean {
  return !(readableEnded || readableDidRead) && (readableEncoding ?? null) === null;
}

/** The body that somebody else has read, where it is to be had. */
function readBefore(request: IncomingMessage): Uint8Array | undefined {
  const { "content-length": length = "0", "transfer-encoding": coding } = request.headers;
  if (coding === undefined && Number(length) === 0) return new Uint8Array(0);
  try {
    return leftBy(request);
  } catch {
    // Some hosts read it when they are asked for it, and it may not fit.
    return undefined;
  }
}

function send(serving: Serving, response: ServerResponse, text: string): void {
  // The caller is gone, or somebody else has answered. What was done is done.
  if (response.destroyed || response.headersSent || response.writableEnded) return;
  try {
    const { body, headers, status } = readReply(serving.number, text);
    response.writeHead(status, headers);
    response.end(body, "latin1");
  } catch (error) {
    // A framework may have put something else in the place of what Node has.
    serving.problem("the reply could not be sent:", error);
    response.destroy();
  }
}
