// A read that says it changes something.
import { client, context, createMizan } from "@mizan/server";
import { z } from "zod";

const user = context("user");

const userProfile = client(
  { affects: user, context: user, input: { user_id: z.int() }, output: z.string() },
  () => "Ada",
);

export const mizan = createMizan({ functions: { userProfile } });
