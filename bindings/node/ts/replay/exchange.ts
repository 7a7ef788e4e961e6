// Answers cases of whole exchanges, and of what a call's result is spliced into, as a host of the core does.
import { Buffer } from "node:buffer";
import { placed, placesOf } from "../files.js";
import { type NativeApplication, native } from "../native.js";
import { readReply } from "../reply.js";
import type { JsonSchema } from "../schema.js";
import { answerCalls, readCalls } from "../step.js";
import { Upload } from "../upload.js";
import { built, fine, hexOf, json, list, Malformed, object, Part, Refused } from "./case.js";
import { caller, decision, outcome, permissions, SHARED } from "./host.js";
import { type KeySettings, keyringsOf, keySettings } from "./identity.js";
import { replay } from "./native.js";

/** Milliseconds that a read may wait for one that is on its way in the same case, which is never to be. */
const PATIENCE = 10_000;
const ROOM = 16 * 2 ** 20;
const FLAGS = ["mwt", "access", "csrf"] as const;
const MEMBERS = ["secrets", "keys", ...FLAGS, "audience", "leeway", "trusted_origins", "store"];

/** `application`, `protection`, `request` and what a host does → `steps`, `response`; `requests` → `replies`. */
export async function exchange(given: Part): Promise<string> {
  const stage = new Stage(given);
  return given.has("requests")
    ? object({ replies: await stage.replies(given, "requests") })
    : stage.reply(given);
}

/** `application`, `fn`, `args` and `result` → `merge`; a call that fails is refused with its error. */
export function merge(given: Part): string {
  const held = application(given);
  const body = object({ args: given.raw("args"), fn: given.raw("fn") });
  const printed = json(JSON.parse(given.raw("result")));
  const base = given.part("application").maybeText("base") ?? "/api/mizan";
  const head = `POST\n${base}/call/\ncontent-type\napplication/json`;
  let step = native.openAt(held.number(), head, Buffer.from(body), false, "0", 0);
  for (;;) {
    const [first = ""] = step.split("\n");
    if (first.startsWith("I")) step = held.identified(Number(first.slice(1)), "-");
    else if (first.startsWith("[")) {
      const [number, ...calls] = readCalls(first) as [number, ...unknown[]];
      const answers = Array.from({ length: calls.length / 4 }, () => printed);
      step = answerCalls(held.number(), number, answers);
    } else if (/^[Rr]/.test(first)) break;
    else throw new Malformed(`the step ${first}`);
  }
  const reply = readReply(held.number(), step);
  const answered = Part.of(Buffer.from(reply.body, "latin1").toString());
  if (reply.status === 200) return object({ merge: answered.find("merge") ?? "[]" });
  const error = answered.part("error");
  throw new Refused(error.text("code"), error.find("details"));
}

/** The application of a case, without secrets. */
export function application(given: Part): NativeApplication {
  const document = given.raw("application");
  return built(() => new native.Application(document, "{}", [], () => undefined));
}

interface Protection {
  readonly text: string;
  readonly secrets: Uint8Array[];
}

/** The secrets and the origin cache of an application. */
function protectionOf(given: Part): Protection {
  given.hasOnly(MEMBERS);
  const keys: KeySettings = keySettings(given);
  const rings = keyringsOf(keys);
  const flags = Object.fromEntries(FLAGS.map((flag) => [flag, given.isSet(flag)]));
  const store = given.maybeText("store");
  const needed: string[] = FLAGS.filter((flag) => flags[flag]);
  if (store !== undefined && store !== "memory") needed.push("cache");
  if (needed.some((purpose) => rings.kids(purpose).length === 0)) throw new Malformed("no key");
  const text = json({
    ...keys.members,
    csrf: flags["csrf"],
    // A loaded machine must not make a Redis look as if it were away.
    store: store === undefined ? undefined : { max_bytes: ROOM, timeout: 5, url: store },
    tokens: {
      access: flags["access"],
      audience: given.maybeText("audience"),
      leeway: given.has("leeway") ? given.integer("leeway") : undefined,
      mwt: flags["mwt"],
    },
    trusted_origins: given.has("trusted_origins") ? given.texts("trusted_origins") : [],
  });
  return { secrets: keys.secrets, text };
}

/** A file of a call: its name, its type, and where it begins and ends in the body. */
type Sent = readonly [name: string, type: string, start: number, end: number];

/** An application, and what it keeps between requests. */
class Stage {
  readonly #application: NativeApplication;
  readonly #functions: readonly string[];
  readonly #inputs: ReadonlyMap<string, JsonSchema>;
  readonly #waiting = new Map<number, () => void>();

  constructor(given: Part) {
    const document = given.raw("application");
    const empty = new Part(new Map());
    const { secrets, text } = protectionOf(
      given.has("protection") ? given.part("protection") : empty,
    );
    const wake = (number: number) => this.#waiting.get(number)?.();
    this.#application = built(() => new native.Application(document, text, secrets, wake));
    this.#functions = this.#application.functions();
    const { functions } = JSON.parse(document) as {
      functions: { input: JsonSchema; name: string }[];
    };
    this.#inputs = new Map(functions.map(({ input, name }) => [name, input]));
  }

  /** The replies to a list of requests, one after the other; what one does not say itself, the case says. */
  async replies(given: Part, name: string): Promise<string> {
    const replies: string[] = [];
    for (const one of given.items(name))
      replies.push(await this.reply(Part.of(one).or(given, SHARED)));
    return list(replies);
  }

  async reply(given: Part): Promise<string> {
    const request = given.part("request");
    const body = request.has("body") ? request.bytes("body") : undefined;
    const nonce = (given.has("nonce") ? given.integer("nonce") : 0).toString(16);
    const now = given.has("now") ? given.integer("now") : 0;
    const head = headOf(request);
    const held = this.#application;
    const steps: string[] = [];
    let meanwhile: string | undefined;
    const secure = given.isSet("secure");
    const random = given.has("random") ? given.bytes("random") : undefined;
    let step = native.openAt(held.number(), head, body, secure, nonce, now, random);
    for (;;) {
      const [first = "", ...lines] = /^[Rr]/.test(step) ? [step] : step.split("\n");
      const number = Number(first.slice(1));
      switch (first[0]) {
        case "I":
          steps.push('{"identify":true}');
          step = held.identified(number, caller(given));
          break;
        case "P":
          steps.push(object({ permissions: lines[0] }));
          step = held.permitted(number, permissions(given));
          break;
        case "G": {
          const asked = lines.map((line) => line.split(" ") as [string, string]);
          const guards = asked.map(([index, guard]) =>
            json({ fn: this.#functions[Number(index)], guard }),
          );
          steps.push(object({ guard: list(guards) }));
          step = held.guarded(number, asked.map(([, guard]) => decision(given, guard)).join("\n"));
          break;
        }
        case "[": {
          const { calls, names, number } = this.#calls(first, body ?? new Uint8Array());
          steps.push(object({ invoke: list(calls) }));
          const answers = names.map((name) => outcome(given, name));
          if (given.has("meanwhile")) meanwhile ??= await this.replies(given, "meanwhile");
          step = answerCalls(held.number(), number, answers);
          break;
        }
        case "W":
          await this.#waited(number);
          step = held.resume(number);
          break;
        default: {
          const { log, response } = this.#response(step);
          return object({ log, meanwhile, response, steps: list(steps) });
        }
      }
    }
  }

  /** Waits for an answer of the origin cache. */
  async #waited(number: number): Promise<void> {
    if (this.#application.expect(number)) return;
    await new Promise<void>((resolve, reject) => {
      // It waits for a request that is on its way in the same case, and that would wait for it.
      const late = setTimeout(() => reject(new Malformed("a wait without end")), PATIENCE);
      this.#waiting.set(number, () => {
        clearTimeout(late);
        this.#waiting.delete(number);
        resolve();
      });
    });
  }

  /** Calls as JavaScript sees them: their arguments, objects by now, as JSON again. */
  #calls(step: string, body: Uint8Array): { calls: string[]; names: string[]; number: number } {
    const [number, ...items] = readCalls(step) as [number, ...unknown[]];
    const calls: string[] = [];
    const names: string[] = [];
    for (let at = 0; at < items.length; at += 4) {
      const [index, limit, sent, args] = items.slice(at) as [
        number,
        number,
        Sent[] | 0,
        Record<string, unknown>,
      ];
      const name = this.#functions[index] as string;
      const files = sent === 0 ? [] : sent.map((file) => uploadOf(file, body));
      const places = placesOf(this.#inputs.get(name) as JsonSchema);
      const seen: Upload[] = [];
      const again = JSON.stringify(
        places === undefined ? args : placed(args, places, files),
        (_, value: unknown) => (value instanceof Upload ? seen.push(value) - 1 : value),
      );
      names.push(name);
      calls.push(
        object({
          args: fine(replay.canonicalJson(Buffer.from(again), "any")),
          files: seen.length === 0 ? undefined : list(seen.map(writtenUpload)),
          fn: json(name),
          timeout_ms: json(limit),
        }),
      );
    }
    return { calls, names, number };
  }

  #response(step: string): { log: string | undefined; response: string } {
    const { body, headers, status } = readReply(this.#application.number(), step);
    const fields: string[] = [];
    for (let at = 0; at < headers.length; at += 2) {
      const value = Buffer.from(headers[at + 1] as string, "latin1").toString();
      fields.push(json([headers[at], value]));
    }
    const response = object({
      body: hexOf(Buffer.from(body, "latin1")),
      headers: list(fields),
      status: json(status),
    });
    const lines = step.startsWith("r") ? this.#application.takeLog() : [];
    const pairs = lines.flatMap((level, at) =>
      at % 2 === 0 ? [json([level, lines[at + 1]])] : [],
    );
    return { log: pairs.length === 0 ? undefined : list(pairs), response };
  }
}

/** A request in the form that the native half reads. */
function headOf(request: Part): string {
  const query = request.has("query") ? request.text("query") : "";
  const target = `${request.text("path")}${query === "" ? "" : `?${query}`}`;
  const headers = request.has("headers") ? request.items("headers") : [];
  const fields = headers.map((text) => {
    const pair = JSON.parse(text) as unknown[];
    const isPair = pair.length === 2 && pair.every((item) => typeof item === "string");
    if (!isPair) throw new Malformed("no header");
    return `\n${pair[0]}\n${Buffer.from(pair[1] as string).toString("latin1")}`;
  });
  return `${request.text("method")}\n${target}${fields.join("")}`;
}

function uploadOf([name, type, start, end]: Sent, body: Uint8Array): Upload {
  return new Upload(body.subarray(start, end), name, type);
}

function writtenUpload(file: Upload): string {
  return object({
    content_type: json(file.type),
    hex: hexOf(file.content),
    name: json(file.name),
  });
}
