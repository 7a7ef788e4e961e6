// The variants: public contexts whose functions reach for whoever asks, each in another way, and a page
// that takes a body.
import { client, context } from "@mizan/server";
import { z } from "zod";
import { user } from "./seen.js";
import { broken } from "./switches.js";

const TEXT = z.string();
/** The name that a middleware has kept. */
const peekKept = (name: string) =>
  client({ context: context(name, { public: true }), output: TEXT }, async () => user());

/** A public context whose function takes the identity. */
export const asking: Record<string, unknown> = {
  peekIdentity: broken("public-isolation")
    ? peekKept("peek_identity")
    : client(
        {
          context: context("peek_identity", { public: true }),
          identity: true,
          output: TEXT,
        },
        async ({ identity }) => identity?.sub ?? "",
      ),
};

const peekRequest = (name: string, find: (headers: Headers, cookie?: string) => string) =>
  broken("public-isolation")
    ? peekKept(name)
    : client(
        { context: context(name, { public: true }), output: TEXT, request: true },
        async ({ request }) => find(request.headers, request.cookie("desk_user")),
      );

/** Public contexts whose functions ask for the request. */
export const peeking: Record<string, unknown> = {
  peekCookie: peekRequest("peek_cookie", (_, cookie) => cookie ?? ""),
  peekDependency: peekRequest("peek_dependency", (headers) => headers.get("x-user") ?? ""),
  peekHeader: peekRequest("peek_header", (headers) => headers.get("x-user") ?? ""),
};

/** A page that takes a body. */
export const paged: Record<string, unknown> = {
  keepLetter: client(
    {
      input: { name: TEXT },
      methods: ["POST"],
      output: TEXT,
      route: "/letters/:name",
    },
    async (_, { name }) => name,
  ),
};
