// Two objects that a value may be, and nothing tells which.
import { client, createMizan } from "@mizan/server";
import { z } from "zod";

const Cat = z.object({ name: z.string() }).meta({ id: "Cat" });
const Dog = z.object({ good: z.boolean(), name: z.string() }).meta({ id: "Dog" });

const adopt = client(
  { input: { pet: z.union([Cat, Dog]) }, output: z.string() },
  (_, { pet }) => pet.name,
);

export const mizan = createMizan({ functions: { adopt } });
