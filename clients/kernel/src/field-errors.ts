// The problems of a refused input, sorted out by field for a form.
import { MizanError } from "./error.js";

/**
 * The messages of a `VALIDATION` error by the path of the field, joined by dots and without the leading `args` or
 * `params`: `{ "lines.0.count": ["must be at least 1"] }`. A problem of the whole input stands under `""`.
 * Any other error has no fields.
 */
export function fieldErrors(error: unknown): Record<string, string[]> {
  // Without a prototype: a field may be named `constructor`.
  const fields: Record<string, string[]> = Object.create(null);
  if (error instanceof MizanError) {
    for (const { message, path } of error.details ?? []) {
      const field = path.slice(1).join(".");
      fields[field] = [...(fields[field] ?? []), message];
    }
  }
  return fields;
}
