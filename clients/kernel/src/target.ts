// Naming bundles, and telling whether a target and a bundle can be about the same thing.
import type { BundleName, Target, Values } from "./wire.js";

function wireValue(value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

/**
 * Params as a bundle is named by them: sorted, with the values that go on the wire. `null`, `undefined` and an empty
 * list are the same as leaving the param out (CTX-9), so that one bundle has one name.
 */
export function bundleParams(params: Values = {}): Values {
  return Object.fromEntries(
    Object.entries(params)
      .filter(([, value]) => [value ?? []].flat().length)
      .sort()
      .map(([name, value]) => [
        name,
        Array.isArray(value) ? value.map(wireValue) : wireValue(value),
      ]),
  );
}

/**
 * Whether two targets (or a target and a bundle) have a common part: the same context, and no param that both name
 * with different values. A param that one of them leaves out may have any value, its default included. The values
 * have to be those on the wire.
 */
export function overlaps(one: Target, { context, params = {} }: Target): boolean {
  return (
    one.context === context &&
    Object.entries(one.params ?? {}).every(
      ([name, value]) =>
        !Object.hasOwn(params, name) || JSON.stringify(value) === JSON.stringify(params[name]),
    )
  );
}

/** Whether two names mean one bundle, spelled alike. Their params have to be sorted (`bundleParams`, or the server). */
export function isSameBundle(one: BundleName, other: BundleName): boolean {
  return (
    one.context === other.context && JSON.stringify(one.params) === JSON.stringify(other.params)
  );
}
