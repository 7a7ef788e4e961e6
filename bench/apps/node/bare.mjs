// node:http by hand: `JSON.parse`, `JSON.stringify`, and the checks written out.
import { createServer } from "node:http";
import { BUNDLE, HOST, NOTICES, PORT, PROFILE, patient, READS } from "./data.mjs";

function send(response, status, value) {
  const text = JSON.stringify(value);
  response.writeHead(status, {
    "content-length": Buffer.byteLength(text),
    "content-type": "application/json",
  });
  response.end(text);
}

function rename(response, text) {
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    send(response, 400, { error: "the body is no JSON" });
    return;
  }
  if (typeof body !== "object" || body === null || Object.keys(body).length !== 2) {
    send(response, 422, { error: "user_id and name are needed" });
    return;
  }
  const { name, user_id } = body;
  if (!Number.isSafeInteger(user_id)) {
    send(response, 422, { error: "user_id: expected an integer" });
  } else if (typeof name !== "string" || name.length < 2 || name.length > 40) {
    send(response, 422, { error: "name: expected 2 to 40 characters" });
  } else send(response, 200, { name, user_id });
}

const made = {
  "/page": () => ({
    page_address: PROFILE.address,
    page_notices: NOTICES,
    page_orders: PROFILE.orders,
    page_profile: PROFILE,
    page_tags: PROFILE.tags,
  }),
  "/user": () => ({ user_notices: BUNDLE.user_notices, user_profile: BUNDLE.user_profile }),
};
for (const [name, value] of Object.entries(READS)) made[`/page/${name}`] = () => value;

patient(
  createServer((request, response) => {
    if (request.method === "POST" && request.url === "/rename") {
      const parts = [];
      request.on("data", (part) => parts.push(part));
      request.on("end", () => rename(response, Buffer.concat(parts).toString()));
      return;
    }
    const [path, query] = request.url.split("?", 2);
    const make = made[path];
    if (request.method !== "GET" || make === undefined) {
      send(response, 404, { error: "not found" });
      return;
    }
    const text = new URLSearchParams(query).get("user_id") ?? "";
    const user_id = Number(text);
    if (text === "" || !Number.isSafeInteger(user_id)) {
      send(response, 422, { error: "user_id: expected an integer" });
    } else if (user_id !== PROFILE.user_id) send(response, 404, { error: "no such user" });
    else send(response, 200, make());
  }),
).listen(PORT, HOST);
