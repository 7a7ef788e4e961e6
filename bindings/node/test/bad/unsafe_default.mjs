// A default that not every language holds exactly.
import { client, createMizan } from "@mizan/server";
import { z } from "zod";

const eventsSince = client(
  { input: { cursor: z.int().default(2 ** 63) }, output: z.array(z.string()) },
  () => [],
);

export const mizan = createMizan({ functions: { eventsSince } });
