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

/** The middleware of an application. It has to stand before whatever reads bodies, such as `express.json()`. */
export function middlewareOf(serving: Serving): Middleware {
  return (request, response, next) => {
    // A router cuts off the path that it is mounted on, and keeps the whole one.
    const target = (request as { originalUrl?: string }).originalUrl ?? request.url ?? "/";
    const cut = target.indexOf("?");
    if (!serving.native.owns(cut < 0 ? target : target.slice(0, cut))) return next();
    if (request.method === "POST" && request.readableEnded) {
      return next(
        new Error(
          "the body of a Mizan request was read before\n  help: app.use(mizan.express()) before express.json()",
        ),
      );
    }
    answerNode(serving, request, response, target);
  };
}
