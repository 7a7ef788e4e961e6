import { expect, test } from "vitest";
import { bundleSize } from "../test/bundle-size.js";

const FIVE_CALLS = `
  import * as api from "generated:functions";
  for (const call of [api.updateThing3, api.updateThing58, api.updateThing141, api.updateThing592, api.updateThing653])
    call({ id: 1 });`;

test("an app that uses 5 of 1,000 functions carries at most 2 KB", async () => {
  const size = await bundleSize(FIVE_CALLS, import.meta.dirname);
  expect(size).toBeGreaterThan(1000);
  expect(size).toBeLessThanOrEqual(2048);
});

test("one that reads bundles as well carries at most 3 KB", async () => {
  const size = await bundleSize(
    `${FIVE_CALLS}
    import { thing3Context } from "generated:contexts";
    thing3Context({ thing_id: 1 });`,
    import.meta.dirname,
  );
  expect(size).toBeLessThanOrEqual(3072);
});

test("sending files weighs little, and nothing where no function takes any", async () => {
  const without = await bundleSize(FIVE_CALLS, import.meta.dirname);
  const size = await bundleSize(
    `${FIVE_CALLS}
    import { saveFile } from "generated:uploads";
    saveFile({ file: new File([], "a") });`,
    import.meta.dirname,
  );
  expect(without).toBeLessThanOrEqual(2000);
  expect(size - without).toBeGreaterThan(150);
  expect(size - without).toBeLessThanOrEqual(400);
});

test("tokens weigh little, and nothing where an app has none", async () => {
  const without = await bundleSize(FIVE_CALLS, import.meta.dirname);
  const size = await bundleSize(
    `${FIVE_CALLS}
    import { authenticate } from "@mizan/kernel";
    import { client } from "generated:client";
    authenticate(client, { getToken: () => fetch("/token").then((response) => response.json()) });`,
    import.meta.dirname,
  );
  expect(size - without).toBeGreaterThan(150);
  expect(size - without).toBeLessThanOrEqual(500);
});

test("what splices comes along only with a function that merges", async () => {
  const app = (make: string) =>
    bundleSize(
      `import { createClient, ${make} } from "@mizan/kernel";
      ${make}(createClient(), "add_order", ["user"])({ id: 1 });`,
      import.meta.dirname,
    );
  const [plain, merging] = [await app("defineFunction"), await app("defineMergingFunction")];
  expect(merging - plain).toBeGreaterThan(100);
  expect(merging - plain).toBeLessThanOrEqual(250);
});

test("what is not used weighs nothing", async () => {
  const size = await bundleSize(
    `import * as functions from "generated:functions";
    import * as contexts from "generated:contexts";
    import "@mizan/kernel";`,
    import.meta.dirname,
  );
  expect(size).toBeLessThan(30);
});
