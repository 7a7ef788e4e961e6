// From declared functions to the one document that the core reads, and to functions that are ready to run.
import type { Target } from "./call.js";
import { type AnyHandler, type Auth, type Definition, definitionOf, type Guard } from "./client.js";
import { Context } from "./context.js";
import { type ErrorDeclaration, problemText, RegistrationError } from "./errors.js";
import { type Places, placesOf } from "./files.js";
import { wireName } from "./names.js";
import {
  type Check,
  checkOf,
  inputSchema,
  type JsonSchema,
  jsonSchema,
  SchemaProblem,
} from "./schema.js";

/** The limits of a request, with the protocol's defaults (LIM-1, LIM-2, LIM-4, LIM-5, LIM-7, LIM-12 to LIM-16). */
export interface Limits {
  /** Most bytes of a JSON body; 1 MiB. */
  readonly body?: number;
  /** Most bytes of a query; 8 KiB. */
  readonly query?: number;
  /** Most calls in a batch; 32. */
  readonly batch?: number;
  /** Most bundles that one call refreshes; 16. */
  readonly refresh?: number;
  /** Most functions that one request runs; 64. */
  readonly functions?: number;
  /** Most bytes of a body with files; 32 MiB. */
  readonly upload?: number;
  /** Most bytes of one file; 10 MiB. */
  readonly file?: number;
  /** Most parts of a body with files, the call among them; 100. */
  readonly parts?: number;
  /** Most bytes of the header lines of one part; 8 KiB. */
  readonly partHeaders?: number;
  /** Most bytes of a file's name; 255. */
  readonly fileName?: number;
}

/** A function that is ready to run. */
export interface Served {
  readonly name: string;
  readonly handler: AnyHandler;
  readonly wantsIdentity: boolean;
  readonly wantsRequest: boolean;
  readonly check: Check | undefined;
  /** Where files stand in its arguments. */
  readonly places: Places | undefined;
  readonly narrow:
    | ((result: unknown, args: unknown) => Readonly<Record<string, unknown>>)
    | undefined;
  /** Its name and where it was declared, for the log. */
  readonly place: string;
}

/** A whole application, as far as JavaScript has to know it. */
export interface Registration {
  readonly functions: ReadonlyMap<string, Served>;
  readonly guards: ReadonlyMap<string, Guard>;
  /** The name of a context or a declared function. */
  targetName(target: Target): string;
  /** The registration document. */
  readonly document: string;
}

/** A declared function and its name on the wire. */
export interface Entry {
  readonly name: string;
  readonly definition: Definition;
}

/** Where a definition stands, for the text of a problem. */
function placeOf({ definition, name }: Entry): string[] {
  const { source } = definition;
  return source === undefined ? [name] : [`${source.file}:${source.line}`, name];
}

class Refusal extends Error {}

function refuse(entry: Entry, problem: string, fix: string): never {
  throw new Refusal(problemText(problem, fix, placeOf(entry)));
}

/**
 * The declared functions with their names on the wire.
 *
 * @param functions By the names under which they are registered. All of them have to be declared.
 * @param modules Namespaces of modules, all of whose declared functions are meant.
 */
export function collect(
  functions: Readonly<Record<string, unknown>>,
  modules: readonly Readonly<Record<string, unknown>>[],
): Map<unknown, Entry> {
  const found = new Map<unknown, Entry>();
  const add = (key: string, value: unknown, definition: Definition) => {
    if (!found.has(value))
      found.set(value, { definition, name: definition.options.name ?? wireName(key) });
  };
  for (const [key, value] of Object.entries(functions)) {
    const definition = definitionOf(value);
    if (definition === undefined) {
      const fix = "declare it by client({ … }, async (req, args) => …), or leave it out";
      throw new RegistrationError(problemText(`${key}: it is not declared by client()`, fix));
    }
    add(key, value, definition);
  }
  for (const module of modules) {
    const declared = Object.entries(module).filter(
      ([, value]) => definitionOf(value) !== undefined,
    );
    if (declared.length === 0) {
      const fix = "name the module that defines them: import * as clients from …";
      throw new RegistrationError(
        problemText("a module holds no function that is declared by client()", fix),
      );
    }
    for (const [key, value] of declared) add(key, value, definitionOf(value) as Definition);
  }
  return found;
}

/** Reads the declarations of all functions and writes the registration document. */
export function register(
  declared: ReadonlyMap<unknown, Entry>,
  { base, exposeIr, limits }: { base: string; exposeIr: boolean; limits: Limits | undefined },
): Registration {
  const contexts = new Map<string, Context>();
  const guards = new Map<string, Guard>();
  const functions = new Map<string, Served>();
  const entries: JsonSchema[] = [];
  const problems: string[] = [];
  const targetName = (target: Target): string => {
    if (typeof target === "string") return target;
    if (target instanceof Context) return target.name;
    const entry = declared.get(target);
    if (entry === undefined)
      throw new TypeError("it is no context, and no function of the application");
    return entry.name;
  };
  for (const entry of declared.values()) {
    try {
      noteContexts(entry, contexts);
      const input = inputOf(entry);
      functions.set(entry.name, serve(entry, input));
      entries.push(describe(entry, input, guards, (target) => reference(entry, target, declared)));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push(error.message);
    }
  }
  for (const entry of declared.values()) {
    const { context, request } = entry.definition.options;
    const name = context instanceof Context ? context.name : context;
    if (request && name !== undefined && contexts.get(name)?.public) {
      const fix = "drop `request`, or the context's `public`";
      problems.push(
        problemText(
          `the context '${name}' is public, the same whoever asks, and it reads the request`,
          fix,
          placeOf(entry),
        ),
      );
    }
  }
  if (problems.length > 0) throw new RegistrationError(problems.join("\n"));
  const document = JSON.stringify({
    base,
    contexts: [...contexts.values()].map(({ identity, name, public: isPublic }) => ({
      identity,
      name,
      public: isPublic,
    })),
    expose_ir: exposeIr,
    functions: entries,
    limits: limits === undefined ? null : limitsOf(limits),
    version: 1,
  });
  return { document, functions, guards, targetName };
}

function limitsOf({ fileName, partHeaders, ...same }: Limits): JsonSchema {
  return {
    ...same,
    ...(fileName === undefined ? {} : { file_name: fileName }),
    ...(partHeaders === undefined ? {} : { part_headers: partHeaders }),
  };
}

function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

function noteContexts(entry: Entry, contexts: Map<string, Context>): void {
  const { affects, context, merge } = entry.definition.options;
  for (const target of [...listOf(context), ...listOf(affects), ...listOf(merge)]) {
    if (!(target instanceof Context)) continue;
    const held = contexts.get(target.name) ?? target;
    contexts.set(target.name, held);
    if (held.public !== target.public || held.identity !== target.identity) {
      refuse(
        entry,
        `the context '${target.name}' is declared twice, with other options`,
        "declare it once and import it where it is used",
      );
    }
  }
}

function attempt<T>(entry: Entry, what: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof SchemaProblem)) throw error;
    return refuse(entry, `${what}: ${error.message}`, error.fix);
  }
}

function inputOf(entry: Entry): JsonSchema {
  return attempt(entry, "its arguments have no schema", () =>
    inputSchema(entry.definition.options.input),
  );
}

function serve(entry: Entry, input: JsonSchema): Served {
  const { handler, options } = entry.definition;
  return {
    check: checkOf(options.input),
    handler,
    name: entry.name,
    narrow: options.affectsParams as Served["narrow"],
    place: placeOf(entry).join(": "),
    places: placesOf(input),
    wantsIdentity: options.identity ?? false,
    wantsRequest: options.request ?? false,
  };
}

function describe(
  entry: Entry,
  input: JsonSchema,
  guards: Map<string, Guard>,
  target: (target: Target) => unknown,
): JsonSchema {
  const { options, source } = entry.definition;
  if (
    options.affectsParams &&
    listOf(options.affects).length + listOf(options.merge).length === 0
  ) {
    refuse(
      entry,
      "affectsParams has nothing to narrow",
      "say what it affects, or leave affectsParams out",
    );
  }
  if (options.methods && options.route === undefined) {
    refuse(
      entry,
      "methods belong to a route, and it has none",
      'say route: "/…", or leave methods out',
    );
  }
  const { timeout } = options;
  if (timeout !== undefined && !(timeout > 0 && timeout < 2 ** 31)) {
    refuse(
      entry,
      `a timeout of ${timeout} ms`,
      "name the milliseconds, more than 0; 30000 is the default",
    );
  }
  const described: Record<string, unknown> = {
    affects: listOf(options.affects).map(target),
    auth: authOf(entry, options.auth, guards),
    cache: options.cache,
    computes_params: options.affectsParams !== undefined,
    context: options.context instanceof Context ? options.context.name : options.context,
    deprecated: options.deprecated,
    doc: options.doc,
    errors: listOf(options.errors).map((declared) => errorOf(entry, declared)),
    input,
    merge: listOf(options.merge).map(target),
    name: entry.name,
    output: outputOf(entry),
    private: options.private ?? false,
    reads_identity: options.identity ?? false,
    reads_request: options.request ?? false,
    rev: options.rev,
    route:
      options.route === undefined
        ? undefined
        : { methods: options.methods ?? ["GET"], path: options.route },
    source,
    timeout_ms: timeout === undefined ? undefined : Math.max(1, Math.round(timeout)),
    websocket: options.websocket ?? false,
  };
  return described;
}

function outputOf(entry: Entry): JsonSchema {
  const { output } = entry.definition.options;
  if (output === undefined) return { type: "null" };
  return attempt(entry, "its result has no schema", () => jsonSchema(output, "output"));
}

function errorOf(entry: Entry, declared: ErrorDeclaration): JsonSchema {
  const { code, schema, status } = declared;
  if (typeof code !== "string" || typeof status !== "number") {
    refuse(
      entry,
      "errors holds what is not declared by declareError()",
      "make it by declareError(code, { … })",
    );
  }
  const data =
    schema &&
    attempt(entry, `the data of ${code} has no schema`, () => jsonSchema(schema, "output"));
  return { code, data: data ?? null, status };
}

function reference(entry: Entry, target: Target, declared: ReadonlyMap<unknown, Entry>): unknown {
  if (typeof target === "string") return target;
  // A function may have the same name.
  if (target instanceof Context) return { context: target.name };
  const found = declared.get(target);
  if (found === undefined) {
    return refuse(
      entry,
      "affects or merge names what is no context, and no function of the application",
      "name contexts, or functions that are registered too",
    );
  }
  const { context } = found.definition.options;
  if (context === undefined) return found.name;
  return { context: context instanceof Context ? context.name : context, function: found.name };
}

const AUTH_WORDS = ["none", "authenticated", "staff", "superuser"];

function authOf(entry: Entry, auth: Auth | undefined, guards: Map<string, Guard>): unknown {
  if (auth === undefined) return "none";
  if (typeof auth === "string") {
    if (AUTH_WORDS.includes(auth)) return auth;
    if (auth.includes(".")) return { permissions: [auth] };
    return refuse(
      entry,
      `auth: "${auth}" is neither one of ${AUTH_WORDS.join(", ")} nor a permission, which has a dot`,
      'write a permission as "app.name", or pass a function of the request and the identity',
    );
  }
  if (typeof auth !== "function") {
    if (auth.length === 0) {
      refuse(
        entry,
        "auth is an empty list, which would let nobody or everybody in",
        'say "authenticated"',
      );
    }
    return { permissions: auth };
  }
  const name = wireName(auth.name);
  if (!/^[a-z][a-z0-9_]*$/.test(name) || auth.name === "auth") {
    refuse(
      entry,
      "the guard has no name of its own",
      "define it as a function with a name, and pass that",
    );
  }
  const held = guards.get(name) ?? auth;
  guards.set(name, held);
  if (held !== auth) refuse(entry, `another guard is called '${name}' too`, "rename one of them");
  return { guard: name };
}
