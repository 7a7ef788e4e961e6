// Mizan's application on Node, its types by Zod. The reply to the rename also says what it makes stale.
import { client, context, createMizan, NotFound } from "#mizan";
import { z } from "zod";
import { NOTICES, PROFILE } from "./data.mjs";
import { Address, Name, Notice, Order, Profile, Renamed } from "./schemas.mjs";

const user = context("user");
const page = context("page");

const read = (group, output, value) =>
  client({ context: group, input: { user_id: z.int() }, output }, async (_, { user_id }) => {
    if (user_id !== PROFILE.user_id) throw new NotFound();
    return value;
  });

const functions = {
  page_address: read(page, Address, PROFILE.address),
  page_notices: read(page, z.array(Notice), NOTICES),
  page_orders: read(page, z.array(Order), PROFILE.orders),
  page_profile: read(page, Profile, PROFILE),
  page_tags: read(page, z.array(z.string()), PROFILE.tags),
  renameUser: client(
    { affects: user, input: { name: Name, user_id: z.int() }, output: Renamed },
    async (_, { name, user_id }) => ({ name, user_id }),
  ),
  userNotices: read(user, z.array(Notice), NOTICES),
  userProfile: read(user, Profile, PROFILE),
};

export const mizan = createMizan({
  cache: process.env.BENCH_CACHE,
  functions,
  secret: "a secret of the benchmark's own, 32",
});
