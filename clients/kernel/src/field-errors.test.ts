import { afterAll, beforeAll, expect, test } from "vitest";
import { shopApi, startServer, type TestServer } from "../test/index.js";
import { createClient, fieldErrors, MizanError } from "./index.js";

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server.close());

test("messages stand by the path of their field, without the leading args", async () => {
  const { orderForm } = shopApi(createClient({ base: server.base }));
  const error = await orderForm({ lines: [] }).catch((caught: unknown) => caught);
  expect({ ...fieldErrors(error) }).toEqual({
    "": ["is empty"],
    constructor: ["required"],
    "lines.0.count": ["must be at least 1", "is odd"],
  });
});

test("params of a bundle lose their leading word too", async () => {
  const { userContext } = shopApi(createClient({ base: server.base }));
  const error = await userContext({ user_id: Number.NaN }).catch((caught: unknown) => caught);
  expect({ ...fieldErrors(error) }).toEqual({ user_id: ["expected integer"] });
});

test("other errors have no fields", () => {
  expect({ ...fieldErrors(new MizanError("NOT_FOUND", "not found")) }).toEqual({});
  expect({ ...fieldErrors(new Error("no")) }).toEqual({});
  expect({ ...fieldErrors(undefined) }).toEqual({});
});
