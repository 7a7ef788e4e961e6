// The front for `node:http`, and for Express, which is one of its listeners.
import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Arrival, mayRead } from "./incoming.js";
import { readReply } from "./reply.js";
import type { Serving } from "./serving.js";

/** A listener of `http.createServer`. */
export type NodeListener = (request: IncomingMessage, response: ServerResponse) => void;

class NodeArrival implements Arrival {
  readonly raw: IncomingMessage;
  readonly method: string;
  readonly target: string;
  readonly secure: boolean;
  readonly body: Uint8Array | undefined;

  constructor(raw: IncomingMessage, method: string, target: string, body: Uint8Array | undefined) {
    this.raw = raw;
    this.method = method;
    this.target = target;
    this.body = body;
    // Express knows what a proxy that it trusts says.
    const { secure } = raw as { secure?: boolean };
    this.secure = secure ?? (raw.socket as { encrypted?: boolean }).encrypted === true;
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

/** Answers a request. `target` is its whole path, where a framework has shortened `request.url`. */
export function answerNode(
  serving: Serving,
  request: IncomingMessage,
  response: ServerResponse,
  target: string = request.url ?? "/",
): void {
  const method = request.method ?? "GET";
  if (method !== "POST") {
    answer(serving, request, response, method, target, undefined);
    return;
  }
  const limit = serving.bodyLimit(request.headers["content-type"]);
  const parts: Uint8Array[] = [];
  let size = 0;
  request.on("data", (part: Uint8Array) => {
    // What is beyond the limit is read and forgotten: a caller that still sends would not see the reply.
    if (size <= limit) parts.push(part);
    size += part.length;
  });
  request.on("end", () => {
    const whole = parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
    answer(
      serving,
      request,
      response,
      method,
      target,
      size > limit ? whole.subarray(0, limit + 1) : whole,
    );
  });
  // A caller that left in the middle has nobody to answer.
  request.on("error", () => response.destroy());
}

function answer(
  serving: Serving,
  request: IncomingMessage,
  response: ServerResponse,
  method: string,
  target: string,
  body: Uint8Array | undefined,
): void {
  let head = `${method}\n${target}`;
  const { rawHeaders } = request;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (mayRead(name)) head += `\n${name}\n${rawHeaders[at + 1]}`;
  }
  serving.answer(head, new NodeArrival(request, method, target, body), (text) =>
    send(serving, response, text),
  );
}

function send(serving: Serving, response: ServerResponse, text: string): void {
  // The caller is gone, or somebody else has answered. What was done is done.
  if (response.destroyed || response.headersSent || response.writableEnded) return;
  try {
    const { body, headers, status } = readReply(text);
    response.writeHead(status, headers);
    response.end(body, "latin1");
  } catch (error) {
    // A framework may have put something else in the place of what Node has.
    serving.problem("the reply could not be sent:", error);
    response.destroy();
  }
}
