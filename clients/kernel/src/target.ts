// Naming bundles, and telling whether a target and a bundle can be about the same thing.
import type { BundleName, Target, Values } from "./wire.js";

function wireValue(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return Array.isArray(value) ? value.map(wireValue) : value;
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
      .map(([name, value]) => [name, wireValue(value)]),
  );
}

/**
 * The text of a value as it is compared: alike for all that the server may read as one (VALUE-6), a uuid in capitals or
 * the milliseconds of `toISOString()`. The param's type is not known here, so all times are alike, and all durations.
 */
function compared(value: unknown): unknown {
  return JSON.stringify(value)
    ?.toLowerCase()
    .replace(/\d.*:.*|"-?pt?\d.*/, "");
}

/**
 * Whether two targets (or a target and a bundle) have a common part: the same context, and no param that both name
 * with values that surely differ. A param that one of them leaves out may have any value, its default included. The
 * values have to be those on the wire.
 */
export function overlaps(one: Target, { context, params = {} }: Target): boolean {
  return (
    one.context === context &&
    Object.entries(one.params ?? {}).every(([name, value]) =>
      // What is left out has no text.
      [undefined, compared(value)].includes(compared(params[name])),
    )
  );
}

/** Whether two names mean one bundle, spelled alike. Their params have to be sorted (`bundleParams`, or the server). */
export function isSameBundle(one: BundleName, other: BundleName): boolean {
  return (
    one.context === other.context && JSON.stringify(one.params) === JSON.stringify(other.params)
  );
}
