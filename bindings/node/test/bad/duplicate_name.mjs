// Two functions of one name.
import { client, createMizan } from "@mizan/server";
import { z } from "zod";

const rename = client({ input: { user_id: z.int() } }, () => undefined);
const renameAtOnce = client({ input: { user_id: z.int() }, name: "rename" }, () => undefined);

export const mizan = createMizan({ functions: { rename, renameAtOnce } });
