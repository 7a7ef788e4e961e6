// oRPC by its own protocol on node:http, arguments checked by Zod.
import { createServer } from "node:http";
import { ORPCError, os } from "@orpc/server";
import { RPCHandler } from "@orpc/server/node";
import { BUNDLE, HOST, PORT, PROFILE, patient, READS } from "./data.mjs";
import { Rename, User } from "./schemas.mjs";

const read = (make) =>
  os
    .route({ method: "GET" })
    .input(User)
    .handler(async ({ input }) => {
      if (input.user_id !== PROFILE.user_id) throw new ORPCError("NOT_FOUND");
      return make();
    });

const router = {
  page: read(() => READS),
  rename: os.input(Rename).handler(async ({ input: { name, user_id } }) => ({ name, user_id })),
  user: read(() => BUNDLE),
};
for (const [name, value] of Object.entries(READS)) router[name] = read(() => value);

const handler = new RPCHandler(router);
patient(
  createServer(async (request, response) => {
    const { matched } = await handler.handle(request, response);
    if (!matched) response.writeHead(404).end();
  }),
).listen(PORT, HOST);
