// Serving the built web files: real files as they are, and the page for every address that it routes itself.
import { join } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import type { Hono } from "hono";

/** Where `npm run build` in examples/shop/web leaves its files. */
export const BUILT: string = join(import.meta.dirname, "../../shop/web/dist");

/** Serves the page, under the functions and everything else that the application has. */
export function serveWeb(app: Hono): void {
  app.use("/assets/*", serveStatic({ root: BUILT }));
  app.use("/icon.svg", serveStatic({ root: BUILT }));
  const page = serveStatic({
    // The page names its scripts by their content; it alone must be asked for again.
    onFound: (_, context) => context.header("Cache-Control", "no-cache"),
    path: "index.html",
    root: BUILT,
  });
  // A name with a dot is a file that is not there, not an address of the page.
  app.get("*", (context, next) => (context.req.path.includes(".") ? next() : page(context, next)));
}
