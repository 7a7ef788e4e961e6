// Answers cases of fills and purges: readers and mutations of a cache, step by step (`pins/README.md`).
import { Buffer } from "node:buffer";
import { json, Malformed, Part, Refused } from "./case.js";
import { type NativeCache, replay } from "./native.js";

const CONTEXT = "pin";
const ALL = "mz-all";
const DAY = 86_400;
/** Seconds, longer than any schedule takes. */
const HELD = 600;
/** Seconds that a read may wait for another one of the same case, which is never to be. */
const PATIENCE = 10;
const ROOM = 2 ** 20;
const SECRET = new Uint8Array(32).fill(7);
/** The members that each step must have, and those that it may have. */
const STEPS: Readonly<Record<string, readonly [string[], string[]]>> = {
  evict: [["key", "what"], []],
  hold: [["actor"], ["key"]],
  lift: [["actor"], []],
  purge: [[], ["actor", "key"]],
  "read.abandon": [["actor"], []],
  "read.begin": [["actor", "key"], []],
  "read.load": [["actor"], []],
  "read.store": [["actor"], []],
  restart: [[], []],
  write: [["key"], []],
};

interface Reading {
  readonly key: string;
  readonly fill: number | undefined;
  saw: number | undefined;
}

interface Told {
  readonly actor: string;
  readonly key: string;
  readonly hit: boolean;
  readonly saw: number;
}

const hex = (key: string) => Buffer.from(key).toString("hex");
const entryOf = (key: string) => `ctx:${CONTEXT}:${hex(key)}`;
const tagOf = (key: string) => `mz-${hex(key)}`;
const tagsOf = (key: string | undefined) => [key === undefined ? ALL : tagOf(key)];

function answered(isAnswered: boolean): void {
  if (!isAnswered) throw new Refused("UNAVAILABLE");
}

/** Removes and returns what an actor has. */
function take<T>(held: Map<string, T>, actor: string): T {
  const found = held.get(actor);
  if (found === undefined) throw new Malformed(`${actor} has none`);
  held.delete(actor);
  return found;
}

/** `store` and `steps` → `reads`. */
export function schedule(given: Part): string {
  const stage = new Stage(given.text("store"));
  for (const step of given.items("steps")) stage.step(Part.of(step));
  return json({ reads: stage.told });
}

class Stage {
  readonly told: Told[] = [];
  readonly #store: string;
  readonly #caches = new Map<string, NativeCache>();
  readonly #versions = new Map<string, number>();
  readonly #reads = new Map<string, Reading>();
  readonly #holds = new Map<string, number>();

  constructor(store: string) {
    this.#store = store;
    answered(this.#cache("").restart());
  }

  /** One for all actors on memory, and one for each on a Redis. */
  #cache(actor: string): NativeCache {
    const name = this.#store === "memory" ? "" : actor;
    const held = this.#caches.get(name);
    if (held !== undefined) return held;
    const cache = new replay.Cache(this.#store, SECRET, ROOM, "mizan-pins", PATIENCE);
    this.#caches.set(name, cache);
    return cache;
  }

  step(step: Part): void {
    const kind = step.text("step");
    const [required, optional] = STEPS[kind] ?? [];
    if (required === undefined || optional === undefined) throw new Malformed(`the step ${kind}`);
    step.hasOnly(["step", ...required, ...optional]);
    for (const name of step.names) step.text(name);
    for (const name of required) step.text(name);
    const actor = step.maybeText("actor") ?? "";
    const key = step.maybeText("key");
    this.#take(kind, actor, key, step);
  }

  #take(kind: string, actor: string, key: string | undefined, step: Part): void {
    switch (kind) {
      case "read.begin":
        this.#begin(actor, step.text("key"));
        break;
      case "read.load":
        this.#load(actor);
        break;
      case "read.store": {
        const { fill, saw } = take(this.#reads, actor);
        if (saw === undefined) throw new Malformed("it has loaded nothing");
        if (fill !== undefined) this.#cache(actor).store(fill, String(saw), DAY);
        break;
      }
      case "read.abandon": {
        const { fill } = take(this.#reads, actor);
        if (fill !== undefined) this.#cache(actor).abandon(fill);
        break;
      }
      case "write":
        this.#versions.set(key as string, this.#version(key as string) + 1);
        break;
      case "hold":
        if (this.#holds.has(actor)) throw new Malformed(`${actor} holds already`);
        this.#holds.set(actor, this.#cache(actor).hold(CONTEXT, tagsOf(key), HELD));
        break;
      case "purge": {
        const hold = this.#holds.get(actor);
        this.#holds.delete(actor);
        answered(this.#cache(actor).purge(CONTEXT, tagsOf(key), hold));
        break;
      }
      case "lift":
        this.#cache(actor).lift(take(this.#holds, actor));
        break;
      case "evict":
        answered(this.#evict(key as string, step.text("what")));
        break;
      default:
        answered(this.#cache("").restart());
    }
  }

  #version(key: string): number {
    return this.#versions.get(key) ?? 0;
  }

  #begin(actor: string, key: string): void {
    if (this.#reads.has(actor)) throw new Malformed(`${actor} reads already`);
    const loaded = this.#cache(actor).load(CONTEXT, entryOf(key), [ALL, tagOf(key)], PATIENCE);
    if (loaded.startsWith("=")) {
      this.told.push({ actor, hit: true, key, saw: Number(loaded.slice(1)) });
      return;
    }
    const fill = loaded.startsWith("?") ? Number(loaded.slice(1)) : undefined;
    this.#reads.set(actor, { fill, key, saw: undefined });
  }

  #load(actor: string): void {
    const reading = this.#reads.get(actor);
    if (reading === undefined || reading.saw !== undefined)
      throw new Malformed(`${actor} begins no load`);
    reading.saw = this.#version(reading.key);
    this.told.push({ actor, hit: false, key: reading.key, saw: reading.saw });
  }

  #evict(key: string, what: string): boolean {
    const cache = this.#cache("");
    switch (what) {
      case "entry":
        return cache.evictEntry(CONTEXT, entryOf(key), [ALL, tagOf(key)]);
      case "generation":
        return cache.evictGeneration(CONTEXT, tagOf(key));
      case "epoch":
        return cache.evictEpoch(CONTEXT);
      default:
        throw new Malformed(`the store cannot lose its ${what}`);
    }
  }
}
