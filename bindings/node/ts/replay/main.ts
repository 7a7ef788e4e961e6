// Answers pins and other cases through the native half: `node dist/replay/main.js`.
//
// One case a line on standard input, one answer a line on standard output, in order; `pins/README.md` has the protocol.
// What it proves is that values survive the way from JavaScript into the core and back. A case never ends the process.
import { Buffer } from "node:buffer";
import { built, fine, hexOf, json, Malformed, object, Part, Refused, Unbuildable } from "./case.js";
import { application, exchange, merge } from "./exchange.js";
import { IDENTITY_KINDS } from "./identity.js";
import { type NativeSchema, replay } from "./native.js";
import { schedule } from "./schedule.js";

type Answering = (given: Part) => Promise<string> | string;

function schemaOf(given: Part, role: "input" | "output" | "params"): NativeSchema {
  const schema = given.raw("schema");
  return built(() => new replay.Schema(schema, role));
}

const KINDS: Readonly<Record<string, Answering>> = {
  ...IDENTITY_KINDS,
  canonical_json: (given) =>
    object({ hex: hexOf(fine(replay.canonicalJson(given.bytes("hex"), given.text("numbers")))) }),
  compat: (given) => {
    const [older, newer] = [given.text("old"), given.text("new")];
    const breaks = JSON.parse(fine(built(() => replay.findBreaks(older, newer)))) as [
      string,
      string,
    ][];
    return json({ breaks: breaks.map(([rule, path]) => ({ path, rule })) });
  },
  exchange,
  header_format: (given) => json({ text: fine(replay.formatTargets(given.raw("targets"))) }),
  header_parse: (given) => {
    const targets = fine(replay.parseTargets(given.texts("lines")));
    return object({ targets: targets === "*" ? json("*") : targets });
  },
  ir: (given) => json({ text: application(given).ir() }),
  ir_read: (given) => {
    const text = given.text("text");
    return json({ text: built(() => replay.rewriteIr(text)) });
  },
  json_body: (given) => {
    fine(replay.checkJson(given.bytes("hex")));
    return "{}";
  },
  manifest: (given) => json({ text: application(given).manifest() }),
  merge,
  openapi: (given) => json({ text: application(given).openapi() }),
  query_params: (given) => {
    const query = Buffer.from(given.text("query"));
    return object({ params: fine(schemaOf(given, "params").query(query)) });
  },
  schedule,
  scope: (given) => {
    const [name, args, sub] = [given.text("fn"), given.raw("args"), given.maybeText("sub")];
    return object({ targets: fine(replay.scope(application(given), name, args, sub)) });
  },
  tags: (given) => {
    const [name, params, sub] = [
      given.text("context"),
      given.raw("params"),
      given.maybeText("sub"),
    ];
    return object({ tags: fine(replay.tags(application(given), name, params, sub)) });
  },
  transcode: (given) => {
    const schema = schemaOf(given, "output");
    const text = schema.read(given.bytes("hex"));
    // A result that does not fit is the function's fault (CALL-7).
    if (text.startsWith("!")) throw new Refused("INTERNAL");
    return object({ hex: hexOf(fine(text)) });
  },
  validate: (given) =>
    object({ hex: hexOf(fine(schemaOf(given, "input").read(given.bytes("hex")))) }),
};

const NONE_OF_IT = json("BAD_REQUEST");

/** Whether it is the input's fault: the native half says so of what it cannot take. */
const isMalformed = (error: unknown) =>
  error instanceof Malformed || (error as { code?: unknown }).code === "InvalidArg";

/** The members of an answer besides the id. */
async function answerTo(held: Part): Promise<Record<string, string | undefined>> {
  let kind: string;
  let given: Part;
  try {
    kind = held.text("kind");
    given = held.part("input");
  } catch {
    return { refused: NONE_OF_IT };
  }
  const answering = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (answering === undefined) return { unsupported: "true" };
  try {
    return { ok: await answering(given) };
  } catch (error) {
    if (error instanceof Refused) return { details: error.details, refused: json(error.code) };
    if (error instanceof Unbuildable) return { message: json(error.message), refused: '"BUILD"' };
    return { refused: isMalformed(error) ? NONE_OF_IT : json("INTERNAL") };
  }
}

/** The answer to one line; a line that is no case has one too. */
async function answer(line: Buffer): Promise<string> {
  let held: Part;
  let id: string;
  try {
    fine(replay.checkJson(line));
    held = Part.of(line.toString().trim());
    id = held.raw("id");
  } catch {
    return object({ id: "null", refused: NONE_OF_IT });
  }
  return object({ id, ...(await answerTo(held)) });
}

async function* lines(input: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let parts: Buffer[] = [];
  for await (const chunk of input) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...parts, chunk.subarray(start, end)]);
      parts = [];
      start = end + 1;
    }
    parts.push(chunk.subarray(start));
  }
  yield Buffer.concat(parts);
}

for await (const line of lines(process.stdin)) {
  if (line.toString().trim() !== "") process.stdout.write(`${await answer(line)}\n`);
}
