// tRPC on node:http, arguments checked by Zod.
import { createServer } from "node:http";
import { initTRPC, TRPCError } from "@trpc/server";
import { createHTTPHandler } from "@trpc/server/adapters/standalone";
import { BUNDLE, HOST, PORT, PROFILE, patient, READS } from "./data.mjs";
import { Rename, User } from "./schemas.mjs";

const t = initTRPC.create();

const read = (make) =>
  t.procedure.input(User).query(async ({ input }) => {
    if (input.user_id !== PROFILE.user_id) throw new TRPCError({ code: "NOT_FOUND" });
    return make();
  });

const procedures = {
  page: read(() => READS),
  rename: t.procedure
    .input(Rename)
    .mutation(async ({ input: { name, user_id } }) => ({ name, user_id })),
  user: read(() => BUNDLE),
};
for (const [name, value] of Object.entries(READS)) procedures[name] = read(() => value);

patient(createServer(createHTTPHandler({ router: t.router(procedures) }))).listen(PORT, HOST);
