// A type whose JSON Schema says what no shape can say.
import { client, createMizan } from "@mizan/server";
import { z } from "zod";

const Parcel = z
  .object({ labels: z.record(z.string().regex(/^[a-z]+$/), z.int()) })
  .meta({ id: "Parcel" });

const send = client(
  { input: { parcel: Parcel }, output: z.int() },
  (_, { parcel }) => Object.keys(parcel.labels).length,
);

export const mizan = createMizan({ functions: { send } });
