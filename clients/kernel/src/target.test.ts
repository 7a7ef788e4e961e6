import { expect, test } from "vitest";
import { bundleParams, isSameBundle, overlaps } from "./index.js";

const bundle = { context: "user", params: { active: true, user_id: 5 } };

test.each([
  ["the whole context", { context: "user" }, true],
  ["an equal param", { context: "user", params: { user_id: 5 } }, true],
  ["all params", { context: "user", params: { active: true, user_id: 5 } }, true],
  ["a member, narrowed", { context: "user", function: "f", params: { user_id: 5 } }, true],
  ["a param that the bundle leaves to its default", { context: "user", params: { page: 1 } }, true],
  ["a param named like a method of objects", { context: "user", params: { constructor: 1 } }, true],
  ["another value", { context: "user", params: { user_id: 6 } }, false],
  [
    "one equal and one other value",
    { context: "user", params: { active: false, user_id: 5 } },
    false,
  ],
  ["text of the same digits", { context: "user", params: { user_id: "5" } }, false],
  ["null", { context: "user", params: { user_id: null } }, false],
  ["another context", { context: "users" }, false],
])("a target of %s", (_name, target, expected) => {
  expect(overlaps(target, bundle)).toBe(expected);
  expect(overlaps(bundle, target)).toBe(expected);
});

test("texts that the server may read as one value may be about the same", () => {
  const pairs = [
    ["2026-03-01T00:00:00.000Z", "2026-03-01T00:00:00Z"],
    ["2026-03-01T02:00:00+02:00", "2026-03-01T00:00:00Z"],
    ["2026-03-01T12:00:00.50", "2026-03-01T12:00:00.5"],
    ["12:00:00.000", "12:00:00"],
    ["PT90S", "PT1M30S"],
    ["P7D", "P1W"],
    ["-PT0S", "PT0S"],
    ["A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
    [["A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"], ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]],
  ];
  for (const [value, other] of pairs) {
    const one = { context: "day", params: { value } };
    expect(overlaps(one, { context: "day", params: { value: other } }), `${value}`).toBe(true);
    expect(overlaps({ context: "day", params: { value: other } }, one), `${value}`).toBe(true);
  }
  const apart = [
    ["2026-03-01", "2026-03-02"],
    ["1.10", "1.1"],
    ["Paris", "Poland"],
    ["item-1", "item-2"],
    ["1", 1],
    [["a", "b"], ["b"]],
  ];
  for (const [value, other] of apart) {
    const one = { context: "day", params: { value } };
    expect(overlaps(one, { context: "day", params: { value: other } }), `${value}`).toBe(false);
  }
});

test("a param named like what every object has is a param", () => {
  const one = { context: "day", params: { constructor: "a" } };
  expect(overlaps(one, { context: "day", params: {} })).toBe(true);
  expect(overlaps(one, { context: "day", params: { constructor: "b" } })).toBe(false);
});

test("lists are equal by their items in order", () => {
  const search = { context: "search", params: { tags: ["a", "b"] } };
  expect(overlaps({ context: "search", params: { tags: ["a", "b"] } }, search)).toBe(true);
  expect(overlaps({ context: "search", params: { tags: ["b", "a"] } }, search)).toBe(false);
  expect(overlaps({ context: "search", params: { tags: ["a,b"] } }, search)).toBe(false);
});

test("params that say nothing are left out of a bundle's name, and the rest is sorted", () => {
  const params = bundleParams({ z: 0, gone: null, b: "", none: [], a: false, not: undefined });
  expect(JSON.stringify(params)).toBe('{"a":false,"b":"","z":0}');
});

test("a bigint has one name with its digits", () => {
  expect(bundleParams({ id: 5n, ids: [1n, 2n] })).toEqual({ id: "5", ids: ["1", "2"] });
});

test("bundles are the same by context and params", () => {
  const one = { context: "user", params: bundleParams({ b: 1, a: 2 }) };
  expect(isSameBundle(one, { context: "user", params: bundleParams({ a: 2, b: 1 }) })).toBe(true);
  expect(isSameBundle(one, { context: "users", params: one.params })).toBe(false);
  expect(isSameBundle(one, { context: "user", params: { a: 2 } })).toBe(false);
});
