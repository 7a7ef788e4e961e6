// A pattern that only some languages read.
import { client, createMizan } from "@mizan/server";
import { z } from "zod";

const signUp = client(
  { input: { password: z.string().regex(/^(?=.*[0-9]).{8,}$/) } },
  () => undefined,
);

export const mizan = createMizan({ functions: { signUp } });
