// Hono on Node, arguments checked by Zod.
import { serve } from "@hono/node-server";
import { zValidator } from "@hono/zod-validator";
import { Hono } from "hono";
import { BUNDLE, HOST, PORT, PROFILE, patient, READS } from "./data.mjs";
import { AskedUser, Rename } from "./schemas.mjs";

const app = new Hono();

app.post("/rename", zValidator("json", Rename), (c) => {
  const { name, user_id } = c.req.valid("json");
  return c.json({ name, user_id });
});

function read(path, make) {
  app.get(path, zValidator("query", AskedUser), (c) => {
    if (c.req.valid("query").user_id !== PROFILE.user_id) return c.json({ error: "no such user" }, 404);
    return c.json(make());
  });
}

read("/user", () => BUNDLE);
read("/page", () => READS);
for (const [name, value] of Object.entries(READS)) read(`/page/${name}`, () => value);

patient(serve({ fetch: app.fetch, hostname: HOST, port: PORT }));
