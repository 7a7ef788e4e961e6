// Types by Standard Schema: their JSON Schema, in the terms that the core reads, and what they make of a value.
import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";

/**
 * A type: any schema that implements Standard JSON Schema, as those of Zod (4.2 on), ArkType (2.1.28 on) and Valibot (by
 * `toStandardJsonSchema`) do. One that implements Standard Schema too has its say in what a function receives: refinements
 * and transforms.
 */
export interface Schema<Output = unknown> {
  readonly "~standard": StandardJSONSchemaV1.Props<unknown, Output> &
    Partial<Pick<StandardSchemaV1.Props<unknown, Output>, "validate">>;
}

/** The arguments of a function: one schema of an object, or a schema for each. */
export type InputSchema = Readonly<Record<string, Schema>> | Schema;

/** A JSON Schema, as far as it is an object. */
export type JsonSchema = Record<string, unknown>;

/** A type that has no schema; the text says why, `fix` what to do where more is known. */
export class SchemaProblem extends Error {
  readonly fix: string;

  constructor(message: string, fix = "use types that have a form in JSON") {
    super(message);
    this.fix = fix;
  }
}

/** Whether something is a schema. */
export function isSchema(value: unknown): value is Schema {
  return (
    (typeof value === "object" || typeof value === "function") &&
    value !== null &&
    "~standard" in value
  );
}

/** The JSON Schema of a type, as it is validated (`input`) or as it is printed (`output`). */
export function jsonSchema(schema: Schema, role: "input" | "output"): JsonSchema {
  const standard = schema["~standard"];
  // A schema of an older library has no such member.
  const converter = standard.jsonSchema as StandardJSONSchemaV1.Converter | undefined;
  if (converter === undefined) {
    throw new SchemaProblem(
      `its schema is ${standard.vendor}'s, and that gives no JSON Schema by Standard JSON Schema`,
      "use Zod 4.2 or later, ArkType 2.1.28 or later, or toStandardJsonSchema of @valibot/to-json-schema 1.5 or later",
    );
  }
  let written: JsonSchema;
  try {
    written = structuredClone(converter[role]({ target: "draft-2020-12" })) as JsonSchema;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new SchemaProblem(message, unrepresentable(message));
  }
  return adapt(written, role) as JsonSchema;
}

function unrepresentable(message: string): string {
  if (/bigint/i.test(message))
    return 'an integer of any size is text on the wire: z.string().meta({ format: "bigint" })';
  if (/date/i.test(message)) return "a time is text on the wire: z.iso.datetime()";
  if (/void|undefined/i.test(message)) return "leave `output` out for a function without a result";
  return "use types that have a form in JSON";
}

/** The formats that the core checks by itself (VALUE-6), and `bigint`. */
const FORMATS = new Set([
  "bigint",
  "bytes",
  "date",
  "date-time",
  "decimal",
  "duration",
  "email",
  "local-date-time",
  "time",
  "uri",
  "uuid",
]);

/** Keywords whose members are schemas, each by a name of its own. */
const BY_NAME = new Set(["$defs", "definitions", "properties"]);
/** Keywords whose values are no schemas. */
const VALUES = new Set(["const", "default", "enum", "examples"]);

/** Rewrites what libraries say in ways of their own. */
function adapt(schema: unknown, role: "input" | "output"): unknown {
  if (Array.isArray(schema)) return schema.map((item) => adapt(item, role));
  if (typeof schema !== "object" || schema === null) return schema;
  const made: JsonSchema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (VALUES.has(keyword)) made[keyword] = value;
    else if (BY_NAME.has(keyword)) {
      made[keyword] = Object.fromEntries(
        Object.entries(value as JsonSchema).map(([name, inner]) => [name, adapt(inner, role)]),
      );
    } else made[keyword] = adapt(value, role);
  }
  if (made["type"] === "string" && made["format"] === "binary") return asUpload(made, role);
  const { format } = made;
  if (typeof format === "string" && FORMATS.has(format)) {
    // What a library adds to a format of its own accord: the core checks it by the protocol's rule.
    delete made["pattern"];
    delete made["contentEncoding"];
    // ArkType says a format once more over arms that all have it.
    if (Array.isArray(made["anyOf"])) return withoutArms(made, format);
  }
  return made;
}

function withoutArms(schema: JsonSchema, format: string): JsonSchema {
  const arms = schema["anyOf"] as JsonSchema[];
  if (!arms.every((arm) => arm["format"] === format)) return schema;
  return { format, type: "string" };
}

/** A file, as Zod's `z.file()` says it. */
function asUpload(schema: JsonSchema, role: "input" | "output"): JsonSchema {
  if (role === "output")
    throw new SchemaProblem("a file is no result", "answer with its address, or its bytes as text");
  if ("x-mizan-upload" in schema) return schema;
  const { contentEncoding: _, contentMediaType, maxLength, ...rest } = schema;
  return {
    ...rest,
    "x-mizan-upload": {
      content_types: typeof contentMediaType === "string" ? [contentMediaType] : [],
      ...(maxLength === undefined ? {} : { max_size: maxLength }),
    },
  };
}

/** The JSON Schema of the object of all arguments. */
export function inputSchema(input: InputSchema | undefined): JsonSchema {
  if (input === undefined) return { properties: {}, type: "object" };
  if (isSchema(input)) return rootOf(jsonSchema(input, "input"));
  const properties: JsonSchema = {};
  const required: string[] = [];
  const definitions: JsonSchema = {};
  for (const [name, schema] of Object.entries(input)) {
    if (!isSchema(schema)) {
      throw new SchemaProblem(
        `the argument '${name}' is no schema`,
        "give each argument a schema of a library with Standard JSON Schema",
      );
    }
    const { $defs, $schema: _, ...one } = jsonSchema(schema, "input");
    for (const [key, definition] of Object.entries($defs ?? {})) {
      const held = definitions[key];
      if (held !== undefined && JSON.stringify(held) !== JSON.stringify(definition)) {
        throw new SchemaProblem(
          `two types of its arguments are called '${key}'`,
          "give one of them another name",
        );
      }
      definitions[key] = definition;
    }
    // What takes anything takes nothing too, and says nothing of being left out.
    const absent = Object.keys(one).length === 0 ? undefined : ofNothing(schema);
    if (absent === undefined) required.push(name);
    else if (absent.value !== undefined && !("default" in one)) one["default"] = absent.value;
    properties[name] = one;
  }
  return { $defs: definitions, properties, required, type: "object" };
}

/** What a schema makes of nothing, where it takes that. */
function ofNothing(schema: Schema): { readonly value: unknown } | undefined {
  const result = schema["~standard"].validate?.(undefined);
  if (result === undefined || result instanceof Promise || result.issues !== undefined)
    return undefined;
  return { value: result.value };
}

/** The definition itself, where a schema of a named type is the schema of all arguments. */
function rootOf(schema: JsonSchema): JsonSchema {
  const { $defs, $ref } = schema;
  const name = typeof $ref === "string" ? /^#\/\$defs\/(.+)$/.exec($ref)?.[1] : undefined;
  const found = name === undefined ? undefined : ($defs as Record<string, JsonSchema>)[name];
  return found === undefined ? schema : { ...found, $defs };
}

/** A problem that a schema finds: where, and what. */
export type Issue = readonly [path: readonly (number | string)[], message: string];

/** What a schema made of the arguments, or what is wrong with them. */
export type Checked =
  | { readonly issues: readonly Issue[] }
  | { readonly value: Record<string, unknown> };

/** Checks the arguments as a function's schemas ask, after the core has. */
export type Check = (args: Record<string, unknown>) => Checked | Promise<Checked>;

/** What is to be done with the arguments that the core has read; nothing where no schema has a say. */
export function checkOf(input: InputSchema | undefined): Check | undefined {
  if (input === undefined) return undefined;
  if (isSchema(input)) {
    const { validate } = input["~standard"];
    if (validate === undefined) return undefined;
    return (args) => {
      const result = validate(args) as Given | Promise<Given>;
      return result instanceof Promise ? result.then(read) : read(result);
    };
  }
  const parts = Object.entries(input).flatMap(([name, schema]) => {
    const { validate } = schema["~standard"];
    return validate === undefined ? [] : [{ name, validate: validate as Validate }];
  });
  return parts.length === 0 ? undefined : (args) => checkEach(parts, args);
}

type Given = StandardSchemaV1.Result<unknown>;
type Validate = (value: unknown) => Given | Promise<Given>;

/** An argument, and what its schema makes of it. */
interface Argument {
  readonly name: string;
  readonly validate: Validate;
}

function checkEach(
  parts: readonly Argument[],
  args: Record<string, unknown>,
): Checked | Promise<Checked> {
  const results: (Given | Promise<Given>)[] = [];
  let waits = false;
  for (const { name, validate } of parts) {
    const result = validate(args[name]);
    waits ||= result instanceof Promise;
    results.push(result);
  }
  return waits
    ? Promise.all(results).then((given) => collect(parts, args, given))
    : collect(parts, args, results as Given[]);
}

/** What the schemas made of each. The arguments are those of this call alone, and changed where they are. */
function collect(
  parts: readonly Argument[],
  args: Record<string, unknown>,
  given: readonly Given[],
): Checked {
  let issues: Issue[] | undefined;
  for (let index = 0; index < given.length; index += 1) {
    const { name } = parts[index] as Argument;
    const result = given[index] as Given;
    if (result.issues !== undefined) {
      issues ??= [];
      issues.push(...issuesOf(result.issues, [name]));
    } else if (result.value !== undefined) args[name] = result.value;
  }
  return issues === undefined ? { value: args } : { issues };
}

function read(result: Given): Checked {
  if (result.issues === undefined) return { value: result.value as Record<string, unknown> };
  return { issues: issuesOf(result.issues, []) };
}

function issuesOf(found: readonly StandardSchemaV1.Issue[], root: readonly string[]): Issue[] {
  return found.map(({ message, path = [] }): Issue => {
    const keys = path.map((part) => (typeof part === "object" ? part.key : part));
    return [
      [...root, ...keys.map((key) => (typeof key === "number" ? key : String(key)))],
      message,
    ];
  });
}
