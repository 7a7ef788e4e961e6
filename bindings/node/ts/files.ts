// Putting the files of a call where they belong: the core leaves the index of each in its place.
import type { JsonSchema } from "./schema.js";
import type { Upload } from "./upload.js";

/** Where files stand in a value. */
export type Places =
  | { readonly kind: "file" }
  | { readonly kind: "list"; readonly item: Places }
  | { readonly kind: "fields"; readonly fields: readonly (readonly [string, Places])[] };

/** Where files stand in values of that schema; nothing where they stand nowhere. */
export function placesOf(schema: JsonSchema): Places | undefined {
  const definitions = (schema["$defs"] ?? {}) as Record<string, JsonSchema>;
  // A type that holds itself would be walked for ever.
  const walk = (at: unknown, within: readonly string[]): Places | undefined => {
    if (typeof at !== "object" || at === null) return undefined;
    const { $ref, anyOf, items, oneOf, properties } = at as JsonSchema;
    if ("x-mizan-upload" in at) return { kind: "file" };
    if (typeof $ref === "string") {
      const name = $ref.replace(/^#\/\$defs\//, "");
      return within.includes(name) ? undefined : walk(definitions[name], [...within, name]);
    }
    for (const arm of [...((anyOf ?? []) as unknown[]), ...((oneOf ?? []) as unknown[])]) {
      const found = walk(arm, within);
      if (found) return found;
    }
    const item = walk(items, within);
    if (item) return { item, kind: "list" };
    const fields: [string, Places][] = [];
    for (const [name, inner] of Object.entries((properties ?? {}) as JsonSchema)) {
      const found = walk(inner, within);
      if (found) fields.push([name, found]);
    }
    return fields.length > 0 ? { fields, kind: "fields" } : undefined;
  };
  return walk(schema, []);
}

/** The value with each index replaced by its file. */
export function placed(value: unknown, places: Places, files: readonly Upload[]): unknown {
  if (value === null || value === undefined) return value;
  if (places.kind === "file") return typeof value === "number" ? files[value] : value;
  if (places.kind === "list") {
    return Array.isArray(value) ? value.map((item) => placed(item, places.item, files)) : value;
  }
  const made = { ...(value as Record<string, unknown>) };
  for (const [name, inner] of places.fields) {
    if (name in made) made[name] = placed(made[name], inner, files);
  }
  return made;
}
