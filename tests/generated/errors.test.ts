// Runs generated functions and contexts against answers that fail: what the types of an error say is what arrives.
import { configure } from "@mizan/kernel";
import { expect, test } from "vitest";
import { client } from "./react/client";
import { customerContext } from "./react/contexts";
import { pay } from "./react/functions";
import type { CustomerMarkError, PayError } from "./react/types";

/** Answers everything with this error. */
function answer(error: object) {
  const headers = { "content-type": "application/json" };
  configure(client, {
    fetch: async () => new Response(JSON.stringify({ error }), { headers, status: 409 }),
  });
}

test("a bigint in the data of a declared error is its digits, as its type says", async () => {
  const sent = {
    boxes: [["7"], "8"],
    lack: { of: ["5", null], parts: [] },
    missing: "170141183460469231731687303715884105727",
  };
  answer({ code: "TOO_POOR", data: sent, message: "Too poor." });
  const error = await pay({ amount: 3n }).then(
    () => undefined,
    (error: PayError) => error,
  );
  if (error?.code !== "TOO_POOR") throw error;
  const missing: string = error.data.missing;
  expect(missing).toBe(sent.missing);
  const [first]: (string | null)[] = error.data.lack.of;
  expect(BigInt(first ?? 0)).toBe(5n);
  expect(error.data).toEqual(sent);
});

test("a bundle fails with the declared error of a private member", async () => {
  answer({
    code: "MARK_SEALED",
    data: { until: "9" },
    function: "customer_mark",
    message: "Sealed.",
  });
  const error = await customerContext({ customer_id: 1, since: null }).then(
    () => undefined,
    (error: CustomerMarkError) => error,
  );
  if (error?.code !== "MARK_SEALED") throw error;
  const until: string = error.data.until;
  expect(until).toBe("9");
});
