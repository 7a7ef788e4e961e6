// `node dist/serve.js [--port N]`: serves the shop on this machine.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { serve } from "@hono/node-server";
import { app } from "./app.js";
import { BUILT } from "./web.js";

const HOST = "127.0.0.1";
const { values } = parseArgs({ options: { port: { default: "8000", type: "string" } } });

if (!existsSync(join(BUILT, "index.html"))) {
  process.stderr.write(
    `The page is not built yet: there is no ${BUILT}. \`make setup\` builds it.\n`,
  );
  process.exit(1);
}
serve({ fetch: app.fetch, hostname: HOST, port: Number(values.port) }, ({ port }) => {
  process.stdout.write(`http://${HOST}:${port}/\n`);
});
