// The shop's functions, ready to be served.
import { createMizan, type Mizan } from "@mizan/server";
import * as clients from "./clients.js";

export const mizan: Mizan = createMizan({ modules: [clients] });
