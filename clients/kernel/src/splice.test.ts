import { expect, test } from "vitest";
import { type Merge, spliceBundle } from "./index.js";

const name = { context: "user", params: { user_id: 5 } };
const data = { orders: [{ id: 1 }, { id: 2, title: "old" }], profile: { name: "Ada" } };
const upsert: Merge = {
  context: "user",
  function: "orders",
  key: ["id"],
  op: "upsert",
  params: { user_id: 5 },
  value: { id: 2, title: "new" },
};

test("replace puts the value in the member's place", () => {
  const value = { name: "Ida" };
  expect(
    spliceBundle(name, data, { context: "user", function: "profile", op: "replace", value }),
  ).toEqual({ ...data, profile: value });
});

test("upsert replaces the item of equal key where it stands", () => {
  expect(spliceBundle(name, data, upsert)).toEqual({
    ...data,
    orders: [{ id: 1 }, { id: 2, title: "new" }],
  });
});

test("upsert appends an item of a new key", () => {
  const value = { id: 3 };
  expect(spliceBundle(name, data, { ...upsert, value })).toEqual({
    ...data,
    orders: [...data.orders, value],
  });
});

test("every field of the key counts, and 2 is not the text 2", () => {
  const value = { id: 2, title: "new" };
  expect(spliceBundle(name, data, { ...upsert, key: ["id", "title"], value })).toEqual({
    ...data,
    orders: [...data.orders, value],
  });
  expect(spliceBundle(name, data, { ...upsert, value: { id: "2" } })?.["orders"]).toHaveLength(3);
});

test("the data that was given stays as it is", () => {
  const before = structuredClone(data);
  spliceBundle(name, data, upsert);
  expect(data).toEqual(before);
});

test.each<[string, Merge]>([
  ["a param left to its default", { ...upsert, params: { page: 1 } }],
  ["a param named like a method of objects", { ...upsert, params: { constructor: 1 } }],
  ["an unknown member", { ...upsert, function: "nothing" }],
  ["an upsert into what is no list", { ...upsert, function: "profile" }],
])("%s cannot be spliced", (_name, merge) => {
  expect(spliceBundle(name, data, merge)).toBeUndefined();
});

test("a bundle that spells its params in another way has to be read", () => {
  const named = { context: "user", params: { user_id: "A0EEBC99" } };
  expect(spliceBundle(named, data, { ...upsert, params: { user_id: "a0eebc99" } })).toBe(undefined);
  expect(spliceBundle(named, data, { ...upsert, params: named.params })).toBeDefined();
});
