// `node dist/print.js`: prints the IR of the shop.
import { mizan } from "./mizan.js";

process.stdout.write(mizan.ir());
