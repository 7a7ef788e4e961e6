// How a client that is there already reaches its server.
import type { Client, Link, Transport } from "./client.js";

/** Tells a client, a generated one above all, how to travel. What is not named stays as it is. */
export function configure(client: Client, transport: Transport): void {
  Object.assign((client as Link).transport, transport);
}
