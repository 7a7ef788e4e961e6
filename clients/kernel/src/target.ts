// Comparing params, and telling whether a target and a bundle can be about the same thing.
import type { BundleName, Target, Values } from "./wire.js";

/** JSON text with sorted keys, in which a `bigint` is the decimal string that it is on the wire. For comparing. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member === "bigint") return String(member);
    if (!member || typeof member !== "object" || Array.isArray(member)) return member;
    const object = member as Values;
    return Object.fromEntries(
      Object.keys(object)
        .sort()
        .map((key) => [key, object[key]]),
    );
  });
}

/**
 * The params that a query can say: `null`, `undefined` and an empty list are the same as leaving the param out
 * (CTX-9), so one bundle has one name.
 */
export function writtenParams(params: Values | undefined): Values {
  return Object.fromEntries(
    Object.entries(params ?? {}).filter(
      ([, value]) => value != null && !(Array.isArray(value) && !value.length),
    ),
  );
}

/**
 * Whether two targets (or a target and a bundle) have a common part: the same context, and no param that both name
 * with different values. A param that one of them leaves out may have any value, its default included.
 */
export function overlaps(one: Target, other: Target): boolean {
  return (
    one.context === other.context &&
    Object.entries(one.params ?? {}).every(
      ([name, value]) =>
        value === undefined ||
        !other.params ||
        !Object.hasOwn(other.params, name) ||
        canonicalText(value) === canonicalText(other.params[name]),
    )
  );
}

/** Whether two names mean the same bundle, spelled alike. */
export function isSameBundle(one: BundleName, other: BundleName): boolean {
  return one.context === other.context && canonicalText(one.params) === canonicalText(other.params);
}
