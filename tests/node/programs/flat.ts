// `node --expose-gc flat.js KIND COUNT [forgetful]`: requests in an endless row, and by how much the process grows with them.
//
// Two figures in bytes, printed as JSON: what is resident, the native half's with it; and what of it V8 uses.
import { type NativeApplication, native } from "../../../bindings/node/dist/native.js";
import { readReply } from "../../../bindings/node/dist/reply.js";
import { call, library, read } from "./library.js";

/** Does one request; with `forgetful` it forgets to let something go. */
type Action = (forgetful: boolean) => Promise<void> | void;

const BASE = "/api/mizan";
const kept: unknown[] = [];

const object = (properties: Record<string, unknown>) => ({
  properties,
  required: Object.keys(properties),
  type: "object",
});
const TEXT = { type: "string" };
const DOCUMENT = {
  contexts: [],
  expose_ir: false,
  functions: [
    { input: object({ n: { type: "integer" } }), name: "double", output: { type: "integer" } },
    { affects: ["shelf"], input: object({ topic: TEXT }), name: "relabel", output: TEXT },
    { context: "shelf", input: object({ topic: TEXT }), name: "titles", output: TEXT },
  ],
  version: 1,
};

function application(store?: string): NativeApplication {
  const settings = { has_sessions: false, secrets: 1, store: store && { url: store } };
  const secret = new TextEncoder().encode("a secret of the tests, which everybody may know");
  return new native.Application(
    JSON.stringify(DOCUMENT),
    JSON.stringify(settings),
    [secret],
    () => undefined,
  );
}

const JSON_TYPE = "content-type\napplication/json";
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** The number of a step that runs functions. */
const numberOf = (step: string) => Number(step.slice(1, step.indexOf(",")));

/** Asks for something, as nobody; the reply, or the step that runs a function. */
function ask(app: NativeApplication, head: string, body?: Uint8Array): string {
  const step =
    body === undefined
      ? native.open(app.number(), head, false)
      : native.openWith(app.number(), head, body, false);
  return step.startsWith("I") ? app.identified(Number(step.slice(1)), "-") : step;
}

/** Runs the function of a step, unless that is forgotten: the native half then has a request that nobody ends. */
function finish(app: NativeApplication, step: string, result: string, forgetful: boolean): void {
  if (forgetful) return;
  const reply = native.returned(app.number(), numberOf(step), result);
  if (readReply(app.number(), reply).status !== 200) throw new Error(reply);
}

const KINDS: Record<string, () => Action> = {
  /** A call, and one that is refused. */
  calls: () => {
    const app = application();
    const good = bytes({ args: { n: 5 }, fn: "double" });
    const bad = bytes({ args: { n: "5" }, fn: "double" });
    const head = `POST\n${BASE}/call/\n${JSON_TYPE}`;
    return (forgetful) => {
      finish(app, ask(app, head, good), "10", forgetful);
      ask(app, head, bad);
    };
  },
  /** A bundle is missed, kept, found and purged. */
  bundles: () => {
    const app = application("memory");
    const change = bytes({ args: { topic: "sea" }, fn: "relabel" });
    const bundle = `GET\n${BASE}/ctx/shelf/?topic=sea`;
    return (forgetful) => {
      finish(app, ask(app, bundle), '"x"', forgetful);
      if (
        !(forgetful || readReply(app.number(), ask(app, bundle)).headers.includes("Mizan; hit"))
      ) {
        throw new Error("it is not kept");
      }
      finish(app, ask(app, `POST\n${BASE}/call/\n${JSON_TYPE}`, change), '"x"', forgetful);
    };
  },
  /** The same through both halves, with requests of the web. */
  fetch: () => {
    const { mizan } = library({ cache: "memory" });
    return async (forgetful) => {
      for (const request of [read("sea"), call("double", { number: 5 })]) {
        const response = await mizan.fetch(request);
        const text = await response.text();
        if (response.status !== 200) throw new Error(text);
        if (forgetful) kept.push({ request, response });
      }
    };
  },
};

async function figures(): Promise<Record<string, number>> {
  for (let time = 0; time < 4; time += 1) {
    globalThis.gc?.();
    // Finalizers run between turns.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { heapUsed, rss } = process.memoryUsage();
  return { heapUsed, rss };
}

async function repeat(action: Action, count: number, forgetful: boolean): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    const done = action(forgetful);
    if (done !== undefined) await done;
  }
}

const [kind = "", count = "", mode] = process.argv.slice(2);
const action = KINDS[kind]?.() as Action;
// What is made once is made before the first look.
await repeat(action, Math.max(Number(count) / 10, 4_000), false);
const before = await figures();
await repeat(action, Number(count), mode === "forgetful");
const after = await figures();
const grown = Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]);
process.stdout.write(JSON.stringify(Object.fromEntries(grown)));
