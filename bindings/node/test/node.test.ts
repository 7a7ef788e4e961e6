import { createServer, type RequestListener, type Server, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { afterEach, expect, test } from "vitest";
import { shop } from "./shop.js";

let server: Server | undefined;

afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

/** Serves, and gives the address. */
function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener);
  server = started;
  return new Promise((resolve) => {
    started.listen(0, "127.0.0.1", () => {
      resolve(`http://127.0.0.1:${(started.address() as AddressInfo).port}`);
    });
  });
}

const post = (body: unknown): RequestInit => ({
  body: JSON.stringify(body),
  headers: { "content-type": "application/json" },
  method: "POST",
});

test("node:http answers calls and bundles", async () => {
  const { mizan } = shop();
  const base = `${await serve(mizan.node)}/api/mizan`;
  const called = await fetch(
    `${base}/call/`,
    post({ args: { name: "Zoë", user_id: 5 }, fn: "update_profile" }),
  );
  expect(called.headers.get("x-mizan-invalidate")).toBe("user;user_id=5");
  expect(await called.json()).toMatchObject({ result: { name: "Zoë", user_id: 5 } });
  const bundle = await fetch(`${base}/ctx/user/?user_id=6`);
  expect(await bundle.json()).toEqual({ user_profile: { name: "Ada", user_id: 6 } });
});

test("a body that comes in pieces is one", async () => {
  const { mizan } = shop();
  const url = `${await serve(mizan.node)}/api/mizan/call/`;
  const text = JSON.stringify({ args: { name: "Zoë", user_id: 5 }, fn: "update_profile" });
  const status = await new Promise((resolve) => {
    const outgoing = send(
      url,
      { headers: { "content-type": "application/json" }, method: "POST" },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    const bytes = Buffer.from(text);
    outgoing.write(bytes.subarray(0, 30));
    setTimeout(() => outgoing.end(bytes.subarray(30)), 20);
  });
  expect(status).toBe(200);
});

test("a body beyond the limit is refused, and the connection goes on", async () => {
  const { mizan, runs } = shop({ limits: { body: 100 } });
  const base = `${await serve(mizan.node)}/api/mizan`;
  const large = { args: { name: "x".repeat(1e6), user_id: 5 }, fn: "update_profile" };
  expect((await fetch(`${base}/call/`, post(large))).status).toBe(413);
  expect(runs).toEqual([]);
  expect((await fetch(`${base}/ctx/user/?user_id=6`)).status).toBe(200);
});

test("a body beyond the limit is refused where nothing said how long it is", async () => {
  const { mizan, runs } = shop({ limits: { body: 70 } });
  const url = `${await serve(mizan.node)}/api/mizan/call/`;
  const status = await new Promise((resolve) => {
    const headers = { "content-type": "application/json" };
    const outgoing = send(url, { headers, method: "POST" }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    // Its first 70 bytes are a call.
    outgoing.write(JSON.stringify({ args: { name: "Eve", user_id: 5 }, fn: "update_profile" }));
    outgoing.end(" ".repeat(20));
  });
  expect([status, runs]).toEqual([413, []]);
});

test("a caller that leaves in the middle harms nobody", async () => {
  const { mizan } = shop();
  const base = `${await serve(mizan.node)}/api/mizan`;
  await new Promise<void>((resolve) => {
    const outgoing = send(`${base}/call/`, { headers: { "content-length": 100 }, method: "POST" });
    outgoing.on("error", () => resolve());
    outgoing.write("{");
    setTimeout(() => outgoing.destroy(), 20);
    outgoing.on("close", () => resolve());
  });
  expect((await fetch(`${base}/ctx/user/?user_id=6`)).status).toBe(200);
});

test("Express hands on what is not the protocol's, also below a router", async () => {
  const { mizan } = shop();
  const app = express();
  app.use(mizan.express());
  app.get("/hello", (_, response) => {
    response.send("hello");
  });
  const base = await serve(app);
  expect(await (await fetch(`${base}/hello`)).text()).toBe("hello");
  const bundle = await fetch(`${base}/api/mizan/ctx/user/?user_id=6`);
  expect(await bundle.json()).toEqual({ user_profile: { name: "Ada", user_id: 6 } });
  const called = await fetch(
    `${base}/api/mizan/call/`,
    post({ args: { user_id: 1 }, fn: "user_profile" }),
  );
  expect(called.status).toBe(200);
});

test("Express says what to do where the body was read before", async () => {
  const { mizan } = shop();
  const app = express();
  app.use(express.json());
  app.use(mizan.express());
  const errors: string[] = [];
  const tell: express.ErrorRequestHandler = (error: Error, _request, response, _next) => {
    errors.push(error.message);
    response.sendStatus(500);
  };
  app.use(tell);
  const base = await serve(app);
  const called = await fetch(
    `${base}/api/mizan/call/`,
    post({ args: { user_id: 1 }, fn: "user_profile" }),
  );
  expect(called.status).toBe(500);
  expect(errors[0]).toContain("before express.json()");
});
