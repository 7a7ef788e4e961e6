// The front for Express: a middleware that answers what is the protocol's, and leaves the rest.
import type { IncomingMessage, ServerResponse } from "node:http";
import { answerNode } from "./node.js";
import type { Serving } from "./serving.js";

/** A middleware, as Express and Connect have them. */
export type Middleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * The middleware of an application. It has to stand before whatever reads bodies, such as `express.json()`,
 * unless that leaves their bytes or their text in `request.rawBody` or `request.body`.
 */
export function middlewareOf(serving: Serving): Middleware {
  return (request, response, next) => {
    // A router cuts off the path that it is mounted on, and keeps the whole one.
    const target = (request as { originalUrl?: string }).originalUrl ?? request.url ?? "/";
    const cut = target.indexOf("?");
    if (!serving.native.owns(cut < 0 ? target : target.slice(0, cut))) return next();
    answerNode(serving, request, response, target, next);
  };
}
