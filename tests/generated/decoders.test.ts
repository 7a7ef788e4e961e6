// Runs the generated decoders on what JSON.parse gives. That they decode every bigint, the compiler proves already; here
// it is about names that objects inherit and members that are missing.
import { expect, test } from "vitest";
import { decodeLedger, decodeLedgerOfAll, decodeOdd } from "./react/decoders";

const ledger = (more: string) =>
  JSON.parse(
    `{"balance":"170141183460469231731687303715884105727","by_currency":{"__proto__":"1"},"children":[],"history":[["2026-01-01","-5"]],"owner":"Ada","payment":{"kind":"card","number":"1"},"pending":null${more}}`,
  );

test("a missing member stays missing, whatever objects inherit", () => {
  const decoded = decodeLedger(ledger(""));
  expect(decoded.balance).toBe(2n ** 127n - 1n);
  expect(Object.keys(decoded)).not.toContain("constructor");
  expect(Object.keys(decoded)).not.toContain("rest");
  expect(decoded.history).toEqual([["2026-01-01", -5n]]);
});

test("a member of an inherited name is decoded like another", () => {
  const decoded = decodeLedger(ledger(',"constructor":"7","rest":["8","9"]'));
  expect(decoded.constructor).toBe(7n);
  expect(decoded.rest).toEqual([8n, 9n]);
  expect(Object.getOwnPropertyDescriptor(decoded.by_currency, "__proto__")?.value).toBe(1n);
});

test("__proto__ is data that never reaches a prototype", () => {
  const decoded = decodeOdd(
    JSON.parse('{"__proto__":"3","a-b":"odd","first name":"4","grid":[["5",null]]}'),
  );
  expect(Object.getOwnPropertyDescriptor(decoded, "__proto__")?.value).toBe(3n);
  expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
  expect(decoded.grid).toEqual([[5n, null]]);
});

test("the arms of a union are told apart as they are on the wire", () => {
  const all = {
    all: [{ id: 1 }, { id: 2, sum: "3" }],
    mixed: ["4", true, ["5"], ledger("")],
    top: { a: null },
  };
  const decoded = decodeLedgerOfAll(all);
  expect(decoded.all).toEqual([{ id: 1 }, { id: 2, sum: 3n }]);
  expect(decoded.mixed.slice(0, 3)).toEqual([4n, true, [5n]]);
  expect(decoded.mixed[3]).toMatchObject({ balance: 2n ** 127n - 1n });
  expect(decoded.top).toEqual({ a: null });
});
