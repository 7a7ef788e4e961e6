// Programs that a test needs beside the application: started, waited for, ended with it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

/** A program that runs; what it says on standard error is kept for whoever asks why it did not. */
export interface Running {
  readonly child: ChildProcess;
  /** Ends it and waits. */
  stop(): Promise<void>;
}

/** Starts a program with these variables beside those of this process. Its standard output is its line to the test. */
export function run(
  command: string,
  parameters: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Running {
  const child = spawn(command, parameters, {
    env: { ...process.env, ...variables },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  return {
    child,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

/** The first line that a program writes to its standard output. */
export async function firstLine({ child }: Running): Promise<string> {
  let text = "";
  for await (const piece of child.stdout ?? []) {
    text += piece;
    if (text.includes("\n")) break;
  }
  return text.trim();
}

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("no port is free");
  return address.port;
}

/** Asks until the answer is yes, some ten seconds. */
export async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not in ten seconds`);
}
