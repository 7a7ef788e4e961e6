// A mutation that affects what is not there.
import { client, context, createMizan } from "@mizan/server";
import { z } from "zod";

const user = context("user");

const userProfile = client(
  { context: user, input: { user_id: z.int() }, output: z.string() },
  () => "Ada",
);
const rename = client({ affects: "usr", input: { user_id: z.int() } }, () => undefined);

export const mizan = createMizan({ functions: { rename, userProfile } });
