// A name that is none on the wire.
import { client, createMizan } from "@mizan/server";
import { z } from "zod";

const rename = client({ input: { user_id: z.int() }, name: "renameUser" }, () => undefined);

export const mizan = createMizan({ functions: { rename } });
