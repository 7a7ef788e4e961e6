// `node print.js ir`: prints the IR, the manifest or the OpenAPI document of the desk.
import { mizan } from "./app.js";

const printed = { ir: mizan.ir, manifest: mizan.manifest, openapi: mizan.openapi };
const text = printed[process.argv[2] as keyof typeof printed]();
process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
