import { vi } from "vitest";

/** Checks again and again until nothing is thrown any more; a busy machine may take longer than vitest waits by itself. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { interval: 20, timeout: 20_000 });
