// What the package does, once each, on whatever runs this; a line for each thing that is as it should be.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Keyring } from "@mizan/server";
import { call, library, read, SECRET, send } from "./library.js";

const { mizan, runs } = library({ cache: "memory" });

async function answer(request: Request): Promise<[number, Record<string, unknown>]> {
  const response = await mizan.fetch(request);
  return [response.status, (await response.json()) as Record<string, unknown>];
}

const CHECKS = {
  "a call": async () => {
    assert.deepEqual(await answer(call("double", { number: 21 })), [
      200,
      { invalidate: [], result: 42 },
    ]);
    const [status, body] = await answer(call("double", { number: "21" }));
    assert.equal(status, 422);
    assert.equal((body["error"] as { code: string }).code, "VALIDATION");
  },
  "a hit": async () => {
    for (const said of ["Mizan; fwd=uri-miss; stored", "Mizan; hit", "Mizan; hit"]) {
      const response = await mizan.fetch(read("sea é"));
      assert.equal(response.headers.get("cache-status"), said);
      assert.deepEqual(await response.json(), { titles: ["sea é I", "sea é II"] });
    }
    assert.equal(runs.get("titles"), 1);
  },
  "a mutation": async () => {
    const response = await mizan.fetch(call("relabel", { title: "Ebb", topic: "sea é" }));
    assert.deepEqual(await response.json(), {
      invalidate: [{ context: "shelf", params: { topic: "sea é" } }],
      result: "Ebb",
    });
    const again = await mizan.fetch(read("sea é"));
    assert.equal(again.headers.get("cache-status"), "Mizan; fwd=uri-miss; stored");
    assert.equal(runs.get("titles"), 2);
  },
  "a file": async () => {
    const file = new File(["no picture: é"], "tide.png", { type: "image/png" });
    const [, body] = await answer(send("add_cover", { topic: "sea" }, "/cover", file));
    assert.equal(body["result"], "sea: tide.png, no picture: é");
    const wrong = new File(["x"], "a.txt", { type: "text/plain" });
    const [status] = await answer(send("add_cover", { topic: "sea" }, "/cover", wrong));
    assert.equal(status, 415);
  },
  "a token": async () => {
    assert.equal((await answer(call("viewer", {})))[0], 401);
    const [, granted] = await answer(call("mwt_obtain", {}, { "x-user": "ada" }));
    const { token } = granted["result"] as { token: string };
    const [, body] = await answer(call("viewer", {}, { "x-mizan-token": token }));
    assert.equal(body["result"], "ada by mwt");
    const made = await answer(call("viewer", {}, { "x-mizan-token": `${token}x` }));
    assert.equal(made[0], 401);
    const keyring = new Keyring(SECRET);
    assert.equal(keyring.verifyMwt(token).sub, "ada");
    assert.throws(() => keyring.verifyMwt(`${token}x`));
    assert.throws(() => new Keyring(SECRET.toUpperCase()).verifyMwt(token));
  },
  "an error": async () => {
    const [status, body] = await answer(read("none"));
    assert.deepEqual([status, (body["error"] as { code: string }).code], [404, "NOT_FOUND"]);
  },
  "a server": async () => {
    const server = createServer(mizan.node);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/mizan`;
    const response = await fetch(`${base}/ctx/shelf/?topic=served`);
    assert.deepEqual(await response.json(), { titles: ["served I", "served II"] });
    const form = new FormData();
    form.append("call", JSON.stringify({ args: { topic: "sea" }, fn: "add_cover" }));
    form.append("/cover", new File(["x"], "é.png", { type: "image/png" }));
    const sent = await fetch(`${base}/call/`, { body: form, method: "POST" });
    assert.equal(((await sent.json()) as { result: string }).result, "sea: é.png, x");
    server.close();
    server.closeAllConnections();
  },
};

for (const [name, check] of Object.entries(CHECKS)) {
  await check();
  process.stdout.write(`${name}\n`);
}
