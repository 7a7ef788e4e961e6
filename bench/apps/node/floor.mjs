// The server's own cost: node:http reads the body and answers bytes made beforehand.
import { createServer } from "node:http";
import { BUNDLE, HOST, PORT, patient, READS } from "./data.mjs";

const RENAMED = JSON.stringify({ name: "Ada", user_id: 5 });
const USER = JSON.stringify(BUNDLE);
const PAGE = JSON.stringify(READS);

patient(
  createServer((request, response) => {
    const send = (text) => {
      response.setHeader("content-type", "application/json");
      response.end(text);
    };
    if (request.method === "POST") request.resume().on("end", () => send(RENAMED));
    else send(request.url.startsWith("/user") ? USER : PAGE);
  }),
).listen(PORT, HOST);
