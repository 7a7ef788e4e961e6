// What went over the wire, in words: the client's events as lines of a log.
import type { BundleName, ClientEvent, Target } from "@mizan/kernel";
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
      return event.request.bundle
        ? [{ kind: "fetched", what: nameOf(event.request.bundle) }]
        : (event.request.calls ?? []).map(({ fn }) => ({ kind: "called", what: fn }));
    case "response":
      // Below 400 the events that follow tell the outcome.
      if (event.status > 0 && event.status < 400) return [];
      return [{ kind: "failed", what: event.status === 0 ? "no answer" : `HTTP ${event.status}` }];
    case "bundle":
      return [{ kind: "received", what: nameOf(event.bundle) }];
    case "invalidate":
      return event.targets.map((target) => ({ kind: "invalidated", what: nameOf(target) }));
    case "contract":
      return [{ kind: "changed", what: "the server's contract: reload the page" }];
    case "merge":
      return [{ kind: "received", what: nameOf(event.merge) }];
  }
}

function nameOf({ context, params = {} }: Target | BundleName): string {
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
