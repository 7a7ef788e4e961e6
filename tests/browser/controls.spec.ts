// Negative controls: each check of the shop fails where the one thing that it checks is broken.
// controls/ holds shops with a fault; where the fault is the browser's, the test makes it.
import * as forms from "./checks/forms";
import * as refresh from "./checks/refresh";
import * as routing from "./checks/routing";
import { expect, test } from "./fixtures";

test.describe("a shop that invalidates every customer", () => {
  test.use({ backend: "unscoped" });

  test("is noticed by a second request", async ({ page, traffic }) => {
    await expect(refresh.renamesInOneRequest(page, traffic)).rejects.toThrow(/customer_id=2/);
  });

  test("is noticed by a third request", async ({ page, traffic }) => {
    await expect(refresh.refetchesOnlyWhatWasTouched(page, traffic)).rejects.toThrow(
      /customer_id=2/,
    );
  });

  test("is noticed in the log", async ({ page }) => {
    await expect(refresh.logsWhatHappened(page)).rejects.toThrow(/customer_id=2/);
  });
});

test.describe("a shop that invalidates nothing", () => {
  test.use({ backend: "silent" });

  test("is noticed by the old name", async ({ page, traffic }) => {
    await expect(refresh.renamesInOneRequest(page, traffic)).rejects.toThrow(/Ada King/);
  });
});

test.describe("a shop that takes every order and every name", () => {
  test.use({ backend: "lenient" });

  test("is noticed by the missing validation errors", async ({ page }) => {
    await expect(forms.showsProblemsAtTheirFields(page)).rejects.toThrow(/must be at least 1/);
  });

  test("is noticed by the missing problem of the function", async ({ page }) => {
    await expect(forms.showsTheFunctionsOwnProblem(page)).rejects.toThrow(/must have a letter/);
  });

  test("is noticed by the missing declared error", async ({ page }) => {
    await expect(forms.showsDeclaredErrors(page)).rejects.toThrow(/Another customer is called/);
  });

  test("is noticed by the emptied form", async ({ page }) => {
    await expect(forms.keepsTheFormOnAServerError(page)).rejects.toThrow(/The server failed/);
  });
});

test("a client that asks for no bundles makes further requests", async ({ page, traffic }) => {
  await refresh.withoutRefresh(page);
  await expect(refresh.renamesInOneRequest(page, traffic)).rejects.toThrow(/GET \/ctx\/customer\//);
});

test("a second read of the same bundle is noticed", async ({ page, traffic }) => {
  await page.addInitScript(() => {
    if (window.location.protocol === "http:") window.fetch("/api/mizan/ctx/customers/");
  });
  await expect(refresh.fetchesEachBundleOnce(page, traffic)).rejects.toThrow(
    /GET \/ctx\/customers\//,
  );
});

test("a page without history is noticed by Back", async ({ page }) => {
  await page.addInitScript(() => {
    history.pushState = history.replaceState.bind(history);
  });
  await expect(routing.goesBackAndForward(page)).rejects.toThrow(/compare/);
});

test("a server that knows only the first page is noticed by the reload", async ({
  page,
  noise,
}) => {
  noise.expectStatus(404);
  await page.route("**/compare/**", (route) => route.fulfill({ status: 404, body: "Not found" }));
  await expect(routing.survivesAReload(page)).rejects.toThrow(/Grace Hopper/);
});

test("an error in the console is noticed", async ({ page, noise }) => {
  await page.goto("/");
  noise.check();
  // biome-ignore lint/suspicious/noConsole: the very thing that must be noticed.
  await page.evaluate(() => console.error("a stray error"));
  expect(() => noise.check()).toThrow(/a stray error/);
  noise.expect(/^a stray error$/);
});

test("an uncaught exception is noticed", async ({ page, noise }) => {
  await page.goto("/");
  await page.evaluate(() =>
    setTimeout(() => {
      throw new Error("a stray exception");
    }),
  );
  await expect(async () => expect(() => noise.check()).toThrow(/a stray exception/)).toPass();
  noise.expect(/^uncaught: a stray exception$/);
});
