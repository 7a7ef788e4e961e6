// The client: calls made in one tick travel together, answers become events and results.
import { type CallOptions, watchStop } from "./call-options.js";
import { createCsrfGuard } from "./csrf.js";
import type { Desk } from "./desk.js";
import { failure, MizanError } from "./error.js";
import type { Change, ClientEvent, Listener } from "./events.js";
import { BATCH_CALLS, BATCH_CHARACTERS } from "./limits.js";
import {
  type Credentials,
  type Fetch,
  type PlatformForm,
  type PlatformSignal,
  platform,
} from "./platform.js";
import type { spliceBundle } from "./splice.js";
import type { Entry, Envelope, Values } from "./wire.js";
import { wireText } from "./wire-text.js";

/** How a client reaches its server. */
export interface ClientOptions {
  /** Where the protocol is served, without a slash at the end. Default `/api/mizan`. */
  readonly base?: string;
  /** Digest of the contract that the client was generated from; sent, and compared with the server's. */
  readonly contract?: string;
  /** Which cookies travel, as `fetch` has it. Default: the platform's, `same-origin`. */
  readonly credentials?: Credentials;
  /** Default: the global `fetch`, looked up at each request. */
  readonly fetch?: Fetch;
  /** Headers to send with each request; asked anew each time. For tokens there is `authenticate`. */
  readonly headers?: () => Headers | Promise<Headers>;
}

/** What of them may be told later, to a client that is there already, as a generated one is. */
export type Transport = Pick<ClientOptions, "credentials" | "fetch" | "headers">;

/** Headers by their names. */
export type Headers = Record<string, string>;

/** A connection to one server. It holds no cache: what answers bring, it tells its listeners. */
export interface Client {
  readonly base: string;
  /** Tells `listener` every event from now on. The result ends that. */
  subscribe(listener: Listener): () => void;
}

/** One call, before it is sent. */
export interface Call {
  readonly fn: string;
  readonly args: Values | undefined;
  /** The contexts that the function affects or merges into. */
  readonly affects: readonly string[] | undefined;
  /** Puts its text into a form with the files that belong to it. */
  readonly form?: Form;
  /** It shares its request with no other: there is a form (UPLOAD-2), or another way to say who sends it. */
  readonly isAlone?: boolean;
}

/** Makes the body of a call with files out of the call's text. */
export type Form = (text: string) => PlatformForm;

/** A call on its way. */
export interface PendingCall extends Call, CallOptions {
  /** Its JSON text, as it is sent. */
  readonly text: string;
  /** The caller no longer waits. */
  isOver?: boolean;
  /** Set while the request is on the way: what to do when the caller no longer waits. */
  leave?: () => void;
  settle(outcome: MizanError | Envelope): void;
}

/** An answer of the server, whatever its status. */
export interface Answer {
  /** The body; undefined where it is no JSON. */
  readonly body?: unknown;
  /** Why there is no answer, with status 0. */
  readonly cause?: unknown;
  /** Its headers. */
  readonly head?: { get(name: string): string | null };
  /** Seconds, from `Retry-After`. */
  readonly retryAfter?: number | undefined;
  /** The HTTP status; 0 where no answer came. */
  readonly status: number;
}

/** One try of a request, with these headers besides its own. Never rejects. */
export type Attempt = (extra?: Headers) => Promise<Answer>;

/** Makes the attempts of a request, with what proves where it comes from or who sends it. */
export type Guard = (attempt: Attempt, body: string | undefined) => Promise<Answer>;

/** The client as the kernel's other rooms see it. */
export interface Link extends Client {
  /** There where contexts are in use. An app without them does not carry that code. */
  desk?: Desk;
  guard: Guard;
  readonly transport: Transport;
  /** There where a function merges. Without it, what a merge is about is read anew. */
  splice?: typeof spliceBundle;
  call(call: Call, options: CallOptions | undefined): Promise<unknown>;
  emit(event: ClientEvent): void;
  /** Sends a GET, or a POST where there is a body. Never rejects. */
  send(
    url: string,
    signal?: PlatformSignal | null,
    body?: string,
    form?: Form,
    guard?: Guard,
  ): Promise<Answer>;
}

/** Makes a client. Nothing is sent, and no global is looked at, before the first call. */
export function createClient({
  base = "/api/mizan",
  contract,
  ...transport
}: ClientOptions = {}): Client {
  const listeners = new Set<Listener>();
  let expected = contract;
  let queue: PendingCall[] = [];
  let characters = 0;

  const link: Link = {
    base,
    // Not by way of the guard: while a token is fetched with a call, that one waits for this.
    guard: createCsrfGuard(() =>
      link.send(`${base}/session/`, undefined, undefined, undefined, (attempt) => attempt()),
    ),
    transport,

    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    emit(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          // Surfaces as an unhandled rejection, while the others still hear.
          Promise.reject(error);
        }
      }
    },

    async send(url, signal = null, body, form, guard = link.guard) {
      link.emit({ body, type: "request", url });
      const answer = await guard(async (extra) => {
        const { fetch = platform.fetch, headers, ...init } = link.transport;
        try {
          const response = await fetch(url, {
            ...init,
            headers: {
              ...(contract && { "x-mizan-contract": contract }),
              ...(body && !form && { "content-type": "application/json" }),
              ...(await headers?.()),
              ...extra,
            },
            signal,
            ...(body && { body: form?.(body) ?? body, method: "POST" as const }),
          });
          const head = response.headers;
          const received = head.get("x-mizan-contract");
          if (expected && received && received !== expected) {
            link.emit({ expected, received, type: "contract" });
            expected = undefined;
          }
          const retryAfter = head.get("retry-after");
          return {
            body: await response.json().catch(() => undefined),
            head,
            retryAfter: /^\d+$/.test(retryAfter as string) ? +(retryAfter as string) : undefined,
            status: response.status,
          };
        } catch (cause) {
          return { cause, status: 0 };
        }
      }, body);
      link.emit({ body, status: answer.status, type: "response", url });
      return answer;
    },

    call: (call, options) =>
      new Promise((resolve, reject) => {
        const text = wireText({ args: call.args, fn: call.fn });
        if (
          queue.length === BATCH_CALLS ||
          characters + text.length > BATCH_CHARACTERS ||
          (call.isAlone ?? queue[0]?.isAlone)
        )
          flush();
        characters += text.length;
        const pending: PendingCall = {
          ...options,
          ...call,
          settle(outcome) {
            release();
            if (outcome instanceof MizanError) reject(outcome);
            else resolve(outcome.result);
          },
          text,
        };
        if (queue.push(pending) === 1) platform.queueMicrotask(flush);
        const release = watchStop(options, (error) => {
          pending.isOver = true;
          pending.leave?.();
          reject(error);
        });
      }),
  };

  async function flush() {
    const calls = queue.filter(({ isOver }) => !isOver);
    queue = [];
    characters = 0;
    if (!calls.length) return;
    // Only where nobody may be left to wait: a platform's signal, listened to, is a third of what the kernel takes.
    const controller = calls.every(({ signal, timeout }) => signal || timeout)
      ? new platform.AbortController()
      : undefined;
    for (const call of calls) {
      call.leave = () => {
        if (calls.every(({ isOver }) => isOver)) controller?.abort();
      };
    }
    const tracking = link.desk?.track(calls);
    const texts = tracking?.texts ?? calls.map(({ text }) => text);
    const answer = await link.send(
      `${base}/call/`,
      controller?.signal,
      texts[1] ? `[${texts}]` : texts[0],
      calls[0]?.form,
    );
    const { body, status } = answer;
    const replies: Envelope[] = [];
    const outcomes = calls.map(({ affects = [] }, index) => {
      const entry = (Array.isArray(body) ? body[index] : body) as Entry | null;
      if (entry?.result !== undefined) {
        replies.push(entry);
        return entry;
      }
      const error = failure(entry?.error, { ...answer, status: entry?.status ?? status });
      // Where the answer was lost, the server gave up waiting or the function failed by surprise, the call may have taken
      // effect: all that it could have changed is in doubt (INV-6).
      if (/^(INTERNAL|NETWORK|TIMEOUT)$/.test(error.code)) {
        replies.push({ invalidate: affects.map((context) => ({ context })) });
      }
      return error;
    });
    const change: Change = {
      bundles: replies.flatMap(({ bundles = [] }) => bundles),
      merges: replies.flatMap(({ merge = [] }) => merge),
      targets: replies.flatMap(({ invalidate = [] }) => invalidate),
    };
    try {
      const settled = tracking?.absorb(change, replies) ?? change;
      if (change.targets.length || change.merges.length) link.emit({ type: "change", ...settled });
    } finally {
      for (const call of calls) call.settle(outcomes.shift() as Entry);
    }
  }

  return link;
}
