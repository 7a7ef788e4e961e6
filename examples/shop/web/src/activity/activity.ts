// What went over the wire, in words: the client's events as lines of a log.
import type { ClientEvent, Target } from "@mizan/kernel";
import { useSyncExternalStore } from "react";
import { client } from "../api/client";

/** One line of the log. */
export interface Line {
  readonly id: number;
  readonly kind: "called" | "fetched" | "received" | "invalidated" | "failed" | "changed";
  readonly what: string;
}

const LONGEST = 100;
let lines: readonly Line[] = [];
let lastId = 0;
const watchers = new Set<() => void>();

/** The lines, the latest first; a component that asks follows them. */
export function useActivity(): readonly Line[] {
  return useSyncExternalStore(watch, () => lines);
}

/** Forget every line so far. */
export function clearActivity(): void {
  show([]);
}

/** Write down what the client does from now on. */
export function recordActivity(): void {
  client.subscribe((event) => {
    const news = linesOf(event).map((line) => ({ ...line, id: ++lastId }));
    if (news.length > 0) show([...news.reverse(), ...lines].slice(0, LONGEST));
  });
}

function linesOf(event: ClientEvent): Omit<Line, "id">[] {
  switch (event.type) {
    case "request":
      return event.body === undefined
        ? [{ kind: "fetched", what: bundleOf(event.url) }]
        : callsOf(event.body).map(({ fn }) => ({ kind: "called", what: fn }));
    case "response":
      // Below 400 the change that follows tells the outcome.
      if (event.status > 0 && event.status < 400) return [];
      return [{ kind: "failed", what: event.status === 0 ? "no answer" : `HTTP ${event.status}` }];
    case "change":
      return [
        ...event.targets.map((target) => ({ kind: "invalidated" as const, what: nameOf(target) })),
        ...[...event.bundles, ...event.merges].map((news) => ({
          kind: "received" as const,
          what: nameOf(news),
        })),
      ];
    case "contract":
      return [{ kind: "changed", what: "the server's contract: reload the page" }];
  }
}

/** A body has one call, or a list of them. */
function callsOf(body: string): { fn: string }[] {
  return [JSON.parse(body)].flat();
}

/** `/api/mizan/ctx/customer/?customer_id=1` as `customer (customer_id=1)`. */
function bundleOf(url: string): string {
  const [path = "", query] = url.split("?");
  return nameOf({
    context: path.split("/").at(-2) ?? path,
    params: Object.fromEntries(new URLSearchParams(query)),
  });
}

function nameOf({ context, params = {} }: Target): string {
  const narrowed = Object.entries(params).map(([name, value]) => `${name}=${String(value)}`);
  return narrowed.length > 0 ? `${context} (${narrowed.join(", ")})` : context;
}

function show(next: readonly Line[]): void {
  lines = next;
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
