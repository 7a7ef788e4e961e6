// Mizan on node:http.
import { createServer } from "node:http";
import { HOST, PORT, patient } from "./data.mjs";
import { mizan } from "./functions.mjs";

patient(createServer(mizan.node)).listen(PORT, HOST);
