// `node serve.js PORT`: serves the desk on loopback until standard input ends.
import { createServer } from "node:http";
import { mizan } from "./app.js";
import { keeping } from "./seen.js";

process.stdin.resume().on("end", () => process.exit(0));
createServer(keeping(mizan.node)).listen(Number(process.argv[2]), "127.0.0.1");
