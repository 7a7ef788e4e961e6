// Splicing a merged value into a bundle.
import type { BundleName, Merge, Values } from "./wire.js";

/**
 * The data of the bundle `name` with the merge's value in its place (MERGE-6). The merge has to be about this bundle
 * (`overlaps`). Undefined where the merge narrows by a param that the bundle leaves to its default or spells in
 * another way, or where the value has no place: then only reading the bundle again tells.
 */
export function spliceBundle(name: BundleName, data: Values, merge: Merge): Values | undefined {
  const { function: member, key = [], op, params = {}, value } = merge;
  const slot = data[member];
  const isNamed = ([param, value]: [string, unknown]) =>
    JSON.stringify(name.params[param]) === JSON.stringify(value);
  if (!Object.entries(params).every(isNamed)) return undefined;
  if (op === "replace") return { ...data, [member]: value };
  if (!Array.isArray(slot)) return undefined;
  const keyOf = (item: Values) => JSON.stringify(key.map((field) => item[field]));
  const wanted = keyOf(value as Values);
  const index = slot.findIndex((item) => keyOf(item) === wanted);
  const items = [...slot];
  items[index < 0 ? items.length : index] = value;
  return { ...data, [member]: items };
}
