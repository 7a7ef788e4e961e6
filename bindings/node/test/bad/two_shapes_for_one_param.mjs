// Two members of a context that take one param for different things.
import { client, context, createMizan } from "@mizan/server";
import { z } from "zod";

const user = context("user");

const userOrders = client(
  { context: user, input: { user_id: z.string() }, output: z.array(z.int()) },
  () => [],
);
const userProfile = client(
  { context: user, input: { user_id: z.int() }, output: z.string() },
  () => "Ada",
);

export const mizan = createMizan({ functions: { userOrders, userProfile } });
