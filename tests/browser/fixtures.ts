// What every test of the shop gets: a server of its own, a page, and an ear on the wire and on the console.
import { test as base } from "@playwright/test";
import { Noise } from "./noise";
import { Nursery } from "./nursery";
import { Traffic } from "./traffic";

interface Options {
  /** The module that serves: the shop as it is, or one of controls/, which breaks one thing. */
  backend: string;
}

interface Fixtures {
  traffic: Traffic;
  noise: Noise;
}

export const test = base.extend<Options & Fixtures, { nursery: Nursery }>({
  backend: ["shop", { option: true }],
  nursery: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern.
    async ({}, use) => {
      const nursery = new Nursery();
      await use(nursery);
      await nursery.close();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ backend, nursery }, use, info) => {
    const served = process.env["SHOP_URL"];
    if (served !== undefined) return use(served);
    await use(await nursery.start(backend));
    await nursery.stop();
    if (info.status !== info.expectedStatus) {
      await info.attach("server.log", { body: nursery.log });
    }
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
