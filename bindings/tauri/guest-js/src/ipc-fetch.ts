// What stands in the place of `fetch`: each request of a client becomes a message to the plugin.
import type { Fetch, FetchInit, FetchResponse } from "@mizan/kernel";
import { invoke } from "@tauri-apps/api/core";

/** How many redirects are followed, as by `fetch`. A server gives one, to the URL that a bundle is kept under. */
const REDIRECTS = 20;

/** What the plugin answers. */
interface Reply {
  readonly status: number;
  /** `name:value` of each, with U+007F before, between and after them. */
  readonly headers: string;
  /** Null where the reply has none. */
  readonly body: unknown;
}

/**
 * Makes the `fetch` of a client that asks the app itself, by the commands of `tauri-plugin-mizan`:
 *
 * ```ts
 * configure(client, { fetch: ipcFetch(client.base) });
 * ```
 *
 * It rejects as `fetch` does: with a `TypeError` where nothing answers, as where no capability lets the window ask; with
 * the signal's reason where the wait was ended, and the app goes on with what it began.
 *
 * @param base where the client says that the protocol is served; default `/api/mizan`, as there
 */
export function ipcFetch(base = "/api/mizan"): Fetch {
  return (url, init) => follow(base, url, init, REDIRECTS);
}

/** Each promise on the way costs a page some time, so there are few. */
function follow(base: string, url: string, init: FetchInit, left: number): Promise<FetchResponse> {
  const { body, headers, method, signal } = init;
  const target = url.startsWith(`${base}/`) ? url.slice(base.length) : "";
  if (!(method ? target === "/call/" : target.startsWith("/ctx/"))) {
    const problem = `${target || "Another server"} cannot be asked over IPC.`;
    return Promise.reject(new TypeError(problem));
  }
  const read = ({ body, headers, status }: Reply) => {
    const fields = fieldsOf(headers);
    if (status >= 300 && status < 400 && left > 0) {
      const location = fields.get("location");
      if (location !== null) return follow(base, location, init, left - 1);
    }
    return {
      headers: fields,
      json: () => Promise.resolve(body),
      ok: status >= 200 && status < 300,
      status,
    };
  };
  const command = method ? "plugin:mizan|call" : "plugin:mizan|fetch";
  const ask = (message: Uint8Array) => invoke<Reply>(command, message).then(read, refused);
  const asked =
    body === undefined || typeof body === "string"
      ? ask(encoder.encode(headText(target, headers) + (body ?? "")))
      : formMessage(target, headers, body).then(ask);
  return signal ? ended(asked, signal) : asked;
}

function refused(cause: unknown): never {
  throw new TypeError(`The app did not answer: ${cause}`, { cause });
}

/** Headers as `fetch` has them, looked for in their text: most of them nobody asks for. */
function fieldsOf(text: string): FetchResponse["headers"] {
  return {
    get(name) {
      const start = `\x7f${name.toLowerCase()}:`;
      const at = text.indexOf(start);
      return at < 0 ? null : text.slice(at + start.length, text.indexOf("\x7f", at + 1));
    },
  };
}

const encoder = new TextEncoder();

/** The first line of a message: JSON has no line's end in it. */
function headText(target: string, headers: Record<string, string>): string {
  return `${JSON.stringify({ headers, target })}\n`;
}

async function formMessage(
  target: string,
  headers: Record<string, string>,
  body: NonNullable<FetchInit["body"]>,
): Promise<Uint8Array> {
  // Writes the form as bytes, and says where its parts begin.
  const form = new Response(body as BodyInit);
  const type = form.headers.get("content-type");
  const head = headText(target, { ...headers, ...(type !== null && { "content-type": type }) });
  const [first, rest] = [encoder.encode(head), new Uint8Array(await form.arrayBuffer())];
  const message = new Uint8Array(first.length + rest.length);
  message.set(first);
  message.set(rest, first.length);
  return message;
}

/** What a promise brings, unless the signal is given before. */
function ended<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
    const end = () => signal.removeEventListener("abort", stop);
    promise.then(
      (value) => {
        end();
        resolve(value);
      },
      (cause) => {
        end();
        reject(cause);
      },
    );
  });
}
