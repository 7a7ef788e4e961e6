// The shop as one Hono application: its functions, and its page.
import { Hono } from "hono";
import { mizan } from "./mizan.js";
import { serveWeb } from "./web.js";

export const app: Hono = new Hono();
app.all("/api/mizan/*", ({ req }) => mizan.fetch(req.raw));
serveWeb(app);
