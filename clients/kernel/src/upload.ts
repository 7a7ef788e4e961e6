// Calls with files are forms (protocol: UPLOAD). An app without functions that take files does not carry this code.
import type { Call } from "./client.js";
import { platform } from "./platform.js";
import type { Values } from "./wire.js";

/**
 * A call with `null` where its files are, and a form that has them: every `Blob` in the input, and a `File` is one. A call
 * without files stays as it is.
 */
export function packFiles(call: Call): Call {
  const files: [pointer: string, file: object][] = [];
  const strip = (value: unknown, pointer: string): unknown => {
    if (value instanceof platform.Blob) {
      files.push([pointer, value]);
      return null;
    }
    if (Array.isArray(value)) return value.map((item, index) => strip(item, `${pointer}/${index}`));
    // What writes itself, such as a date, has no files inside.
    if (typeof value !== "object" || !value || "toJSON" in value) return value;
    const members = Object.entries(value).map(([key, member]) => [
      key,
      strip(member, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
    ]);
    return Object.fromEntries(members);
  };
  const args = strip(call.args, "") as Values | undefined;
  if (!files.length) return call;
  return {
    ...call,
    args,
    isAlone: true,
    form(text) {
      const form = new platform.FormData();
      form.append("call", text);
      for (const [pointer, file] of files) form.append(pointer, file);
      return form;
    },
  };
}
