// What a careless application keeps of a request outside of its arguments; a switch has functions look at it.
import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingHttpHeaders } from "node:http";
import type { NodeListener } from "@mizan/server";
import { broken } from "./switches.js";

const kept = new AsyncLocalStorage<IncomingHttpHeaders>();

/** The language that the request asks for. */
export const language = (): string => kept.getStore()?.["accept-language"] ?? "";

/** The name in the request's header. */
export const user = (): string => String(kept.getStore()?.["x-user"] ?? "nobody");

/** The listener, with the headers of each request kept while it is answered, where a switch needs it. */
export function keeping(listener: NodeListener): NodeListener {
  if (!(broken("unkeyed-inputs") || broken("public-isolation"))) return listener;
  return (request, response) => kept.run(request.headers, () => listener(request, response));
}
