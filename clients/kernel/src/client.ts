// The client: calls made in one tick travel together, answers become events and results.
import { type CallOptions, watchStop } from "./call-options.js";
import type { Desk } from "./desk.js";
import { failure, MizanError } from "./error.js";
import type { ClientEvent, Listener, WireRequest } from "./events.js";
import { type Fetch, platform, type Signal } from "./platform.js";
import type { Entry, Envelope, Values } from "./wire.js";
import { wireText } from "./wire-text.js";

/** The protocol's limit of calls in one request (BATCH-1). */
const BATCH_CALLS = 32;
/** Characters of one batch: at three bytes each it stays below the body's limit (LIM-1) of one MiB. */
const BATCH_CHARACTERS = 2 ** 18;

/** How a client reaches its server. */
export interface ClientOptions {
  /** Where the protocol is served, without a slash at the end. Default `/api/mizan`. */
  readonly base?: string;
  /** Digest of the contract that the client was generated from; sent, and compared with the server's. */
  readonly contract?: string;
  /** Default: the global `fetch`, looked up at each request. */
  readonly fetch?: Fetch;
  /** Headers to send with each request, such as `Authorization`; asked anew each time. */
  readonly headers?: () => Record<string, string> | Promise<Record<string, string>>;
}

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
}

/** An answer of the server, whatever its status. */
export interface Answer {
  /** The body; undefined where it is no JSON. */
  readonly body?: unknown;
  /** Why there is no answer, with status 0. */
  readonly cause?: unknown;
  /** Seconds, from `Retry-After`. */
  readonly retryAfter?: number | undefined;
  /** The HTTP status; 0 where no answer came. */
  readonly status: number;
}

/** The client as the kernel's other rooms see it. */
export interface Link extends Client {
  /** There where contexts are in use. An app without them does not carry that code. */
  desk?: Desk;
  call(call: Call, options: CallOptions | undefined): Promise<unknown>;
  emit(event: ClientEvent): void;
  /** Never rejects. */
  send(request: WireRequest, signal: Signal, body?: string): Promise<Answer>;
}

interface PendingCall extends Call {
  readonly text: string;
  /** Called when the caller no longer waits. */
  leave(): void;
  settle(outcome: MizanError | Envelope): void;
}

/** Makes a client. Nothing is sent, and no global is looked at, before the first call. */
export function createClient({
  base = "/api/mizan",
  contract,
  fetch,
  headers,
}: ClientOptions = {}): Client {
  const listeners = new Set<Listener>();
  let expected = contract;
  let queue: PendingCall[] = [];

  const link: Link = {
    base,

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

    async send(request, signal, body) {
      let answer: Answer;
      link.emit({ request, type: "request" });
      try {
        const response = await (fetch ?? platform.fetch)(request.url, {
          method: request.method,
          headers: {
            ...(body && { "content-type": "application/json" }),
            ...(contract && { "x-mizan-contract": contract }),
            ...(await headers?.()),
          },
          ...(body && { body }),
          signal,
        });
        const received = response.headers.get("x-mizan-contract");
        if (expected && received && received !== expected) {
          link.emit({ expected, received, type: "contract" });
          expected = undefined;
        }
        const retryAfter = response.headers.get("retry-after");
        answer = {
          body: await response.json().catch(() => undefined),
          retryAfter: retryAfter && /^\d+$/.test(retryAfter) ? Number(retryAfter) : undefined,
          status: response.status,
        };
      } catch (cause) {
        answer = { cause, status: 0 };
      }
      link.emit({ request, status: answer.status, type: "response" });
      return answer;
    },

    call: (call, options = {}) =>
      new Promise((resolve, reject) => {
        const pending: PendingCall = {
          ...call,
          leave() {
            queue = queue.filter((other) => other !== pending);
          },
          settle(outcome) {
            release();
            if (outcome instanceof MizanError) reject(outcome);
            else resolve(outcome.result);
          },
          text: wireText({ args: call.args, fn: call.fn }),
        };
        if (queue.push(pending) === 1) platform.queueMicrotask(flush);
        const release = watchStop(options, (error) => {
          reject(error);
          pending.leave();
        });
      }),
  };

  function flush() {
    let calls: PendingCall[] = [];
    let characters = 0;
    for (const call of queue) {
      characters += call.text.length;
      if (calls.length === BATCH_CALLS || (calls.length && characters > BATCH_CHARACTERS)) {
        exchange(calls);
        calls = [];
        characters = call.text.length;
      }
      calls.push(call);
    }
    queue = [];
    if (calls.length) exchange(calls);
  }

  async function exchange(calls: readonly PendingCall[]) {
    const controller = new platform.AbortController();
    const tracking = link.desk?.track(calls);
    const waiting = new Set(calls);
    for (const call of calls) {
      call.leave = () => {
        waiting.delete(call);
        if (!waiting.size) controller.abort();
      };
    }
    const refreshes = tracking?.refresh ?? [];
    const texts = calls.map(({ text }, index) =>
      refreshes[index] ? `${text.slice(0, -1)},"refresh":${wireText(refreshes[index])}}` : text,
    );
    const answer = await link.send(
      {
        calls: calls.map(({ args, fn }, index) => ({ args, fn, refresh: refreshes[index] })),
        method: "POST",
        url: `${base}/call/`,
      },
      controller.signal,
      texts.length > 1 ? `[${texts}]` : texts[0],
    );
    const outcomes = calls.map((call, index) => {
      const { body } = answer;
      const entry = (calls.length > 1 && Array.isArray(body) ? body[index] : body) as Entry | null;
      const outcome =
        entry?.result === undefined
          ? failure(entry?.error, { ...answer, status: entry?.status ?? answer.status })
          : entry;
      return { call, outcome };
    });
    const replies = outcomes.map(({ call, outcome }) => {
      if (!(outcome instanceof MizanError)) return outcome;
      // The answer was lost, so the call may have taken effect: all that it could have changed is in doubt.
      const isLost = outcome.code === "NETWORK";
      return { invalidate: (isLost && call.affects?.map((context) => ({ context }))) || [] };
    });
    try {
      if (tracking) tracking.absorb(replies);
      else {
        // Nobody here splices, so a merge is an invalidation like another.
        const targets = replies.flatMap(({ invalidate = [], merge = [] }: Envelope) => [
          ...invalidate,
          ...merge,
        ]);
        if (targets.length) link.emit({ fresh: [], targets, type: "invalidate" });
      }
    } finally {
      for (const { call, outcome } of outcomes) call.settle(outcome);
    }
  }

  return link;
}
