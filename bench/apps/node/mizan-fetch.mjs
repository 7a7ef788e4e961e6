// Mizan as a handler of Hono's.
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { HOST, PORT, patient } from "./data.mjs";
import { mizan } from "./functions.mjs";

const app = new Hono();
app.all("/api/mizan/*", (c) => mizan.fetch(c.req.raw));

patient(serve({ fetch: app.fetch, hostname: HOST, port: PORT }));
