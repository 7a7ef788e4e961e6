// Files that come with a call.
import { File } from "node:buffer";
import type { Schema } from "./schema.js";

/**
 * A file that came with a call: a `File` whose bytes are there already.
 *
 * It is in memory, whole, and belongs to the request: nothing of it was written to a disk. `name` is what the client calls
 * it, without a path, and says nothing of what is in it; `type` is what the client says it is. Only the bytes say what it
 * really is.
 */
export class Upload extends File {
  /** All its bytes. */
  readonly content: Uint8Array;

  constructor(content: Uint8Array, name: string, type = "application/octet-stream") {
    super([content as Uint8Array<ArrayBuffer>], name, { type });
    this.content = content;
  }
}

/** What an upload may be. */
export interface UploadOptions {
  /** Most bytes. The application's own limit of a file holds too: 10 MiB, unless it sets another. */
  readonly maxSize?: number;
  /** Media types that are taken, such as `image/png` or `image/*`; all where there are none. */
  readonly contentTypes?: readonly string[];
  /** Whether the call may leave it out. */
  readonly optional?: boolean;
}

function schemaOf<T>(
  json: Record<string, unknown>,
  accepts: (value: unknown) => boolean,
): Schema<T> {
  return {
    "~standard": {
      jsonSchema: { input: () => structuredClone(json), output: () => structuredClone(json) },
      validate: (value) =>
        accepts(value) ? { value: value as T } : { issues: [{ message: "a file is missing" }] },
      vendor: "mizan",
      version: 1,
    },
  };
}

/** A file as an argument: `input: { avatar: upload({ maxSize: 1_000_000, contentTypes: ["image/*"] }) }`. */
export function upload(
  options: UploadOptions & { readonly optional: true },
): Schema<Upload | undefined>;
export function upload(options?: UploadOptions): Schema<Upload>;
export function upload(options: UploadOptions = {}): Schema<Upload> | Schema<Upload | undefined> {
  const limits = {
    content_types: options.contentTypes ?? [],
    ...(options.maxSize === undefined ? {} : { max_size: options.maxSize }),
  };
  const json = { format: "binary", type: "string", "x-mizan-upload": limits };
  const isOptional = options.optional ?? false;
  return schemaOf<Upload>(
    json,
    (value) => value instanceof Upload || (isOptional && value === undefined),
  );
}

/** Several files as one argument, in the order in which they were sent. */
export function uploads(
  options: Omit<UploadOptions, "optional"> & {
    readonly minItems?: number;
    readonly maxItems?: number;
  } = {},
): Schema<Upload[]> {
  const { maxItems, minItems, ...one } = options;
  return schemaOf<Upload[]>(
    {
      items: upload(one)["~standard"].jsonSchema.input({ target: "draft-2020-12" }),
      type: "array",
      ...(minItems === undefined ? {} : { minItems }),
      ...(maxItems === undefined ? {} : { maxItems }),
    },
    (value) => Array.isArray(value) && value.every((item) => item instanceof Upload),
  );
}
