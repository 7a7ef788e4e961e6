// What every test of the shop gets: a server of its own, a page, and an ear on the wire and on the console.
import { test as base } from "@playwright/test";
import { Noise } from "./noise";
import { startServer } from "./server";
import { Traffic } from "./traffic";

interface Options {
  /** The module that serves: the shop as it is, or one of controls/, which breaks one thing. */
  backend: string;
}

interface Fixtures {
  traffic: Traffic;
  noise: Noise;
}

export const test = base.extend<Options & Fixtures>({
  backend: ["shop", { option: true }],
  baseURL: async ({ backend }, use, info) => {
    const server = await startServer(backend);
    await use(server.url);
    await server.stop();
    if (info.status !== info.expectedStatus)
      await info.attach("server.log", { body: server.log() });
  },
  traffic: async ({ page }, use) => use(new Traffic(page)),
  noise: [
    async ({ page }, use) => {
      const noise = new Noise(page);
      await use(noise);
      noise.check();
    },
    { auto: true },
  ],
});

export { expect } from "@playwright/test";
