// What every test of the shop gets: a server of its own, a page, and an ear on the wire and on the console.
import { test as base } from "@playwright/test";
import { Noise } from "./noise";
import { Nursery } from "./nursery";
import { isSibling, Sibling } from "./siblings";
import { Traffic } from "./traffic";

export interface Options {
  /** What serves: the module `shop`, one of controls/, which breaks one thing, or the shop of another back end. */
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
    let log: string;
    if (isSibling(backend)) {
      const [sibling, url] = await Sibling.start(backend);
      await use(url);
      await sibling.stop();
      log = sibling.log;
    } else {
      await use(await nursery.start(backend));
      await nursery.stop();
      log = nursery.log;
    }
    if (info.status !== info.expectedStatus) await info.attach("server.log", { body: log });
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
