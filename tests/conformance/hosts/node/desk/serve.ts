// `node serve.js PORT`: serves the desk on loopback until standard input ends.
import { createServer } from "node:http";
import { mizan } from "./app.js";
import { keeping } from "./seen.js";

process.stdin.resume().on("end", () => process.exit(0));
// The board keeps its connections between probes, for longer than the five seconds that Node would.
createServer({ keepAliveTimeout: 60_000 }, keeping(mizan.node)).listen(
  Number(process.argv[2]),
  "127.0.0.1",
);
