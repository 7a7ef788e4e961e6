// Telling what is there already from what is to be waited for.

/**
 * The promise that a value is; nothing for one that is there already. Throws what reading `then` throws.
 *
 * What is no promise of the language's own may settle twice, or throw: it is wrapped in one.
 */
export function promiseOf(value: unknown): Promise<unknown> | undefined {
  const isThenable =
    typeof value === "object" &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function";
  return isThenable ? Promise.resolve(value) : undefined;
}
