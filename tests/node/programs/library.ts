// The application that all programs here ask: counters that are read as bundles, changed, and sent files.
import {
  client,
  context,
  createMizan,
  type Mizan,
  type MizanOptions,
  NotFound,
  upload,
} from "@mizan/server";
import { z } from "zod";

export const SECRET = "a secret of the tests, which everybody may know";

const shelf = context("shelf");
const TEXT = z.string();

/** An application, and how often each of its functions ran. */
export function library(options: MizanOptions = {}): { mizan: Mizan; runs: Map<string, number> } {
  const runs = new Map<string, number>();
  const count = (name: string) => runs.set(name, (runs.get(name) ?? 0) + 1);
  const functions = {
    addCover: client(
      { input: { cover: upload({ contentTypes: ["image/*"] }), topic: TEXT }, output: TEXT },
      async (_, { cover, topic }) => `${topic}: ${cover.name}, ${await cover.text()}`,
    ),
    double: client({ input: { number: z.int() }, output: z.int() }, (_, { number }) => 2 * number),
    relabel: client(
      { affects: shelf, input: { title: TEXT.max(40), topic: TEXT }, output: TEXT },
      async (_, { title }) => {
        count("relabel");
        return title;
      },
    ),
    titles: client(
      { context: shelf, input: { topic: TEXT }, output: z.array(TEXT) },
      (_, { topic }) => {
        count("titles");
        if (topic === "none") throw new NotFound("There is no such shelf.");
        return [`${topic} I`, `${topic} II`];
      },
    ),
    viewer: client(
      { auth: "authenticated", identity: true, output: TEXT },
      async ({ identity }) => `${identity.sub} by ${identity.proof}`,
    ),
  };
  const mizan = createMizan({
    csrf: false,
    functions,
    identify: (request) => {
      const sub = request.headers.get("x-user");
      return sub === null ? null : { sub };
    },
    secret: SECRET,
    tokens: { functions: ["mwt_obtain"] },
    ...options,
  });
  return { mizan, runs };
}

const BASE = "http://library.test/api/mizan";

/** A call. */
export function call(fn: string, args: unknown, headers: Record<string, string> = {}): Request {
  return new Request(`${BASE}/call/`, {
    body: JSON.stringify({ args, fn }),
    headers: { "content-type": "application/json", ...headers },
    method: "POST",
  });
}

/** A read of a shelf. */
export const read = (topic: string): Request =>
  new Request(`${BASE}/ctx/shelf/?topic=${encodeURIComponent(topic)}`);

/** A call with a file. */
export function send(fn: string, args: unknown, pointer: string, file: File): Request {
  const form = new FormData();
  form.append("call", JSON.stringify({ args, fn }));
  form.append(pointer, file);
  return new Request(`${BASE}/call/`, { body: form, method: "POST" });
}
