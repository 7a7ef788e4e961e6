// An argument without a schema.
import { client, createMizan } from "@mizan/server";

const rename = client({ input: { user_id: Number } }, () => undefined);

export const mizan = createMizan({ functions: { rename } });
