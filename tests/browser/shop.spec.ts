// The shop, in a real browser.
import * as forms from "./checks/forms";
import * as refresh from "./checks/refresh";
import * as routing from "./checks/routing";
import { expect, test } from "./fixtures";
import { openPair } from "./shop-page";

test("each bundle is fetched once, whoever asks", ({ page, traffic }) =>
  refresh.fetchesEachBundleOnce(page, traffic));

test("renaming one of two customers is one request and leaves the other alone", ({
  page,
  traffic,
}) => refresh.renamesInOneRequest(page, traffic));

test("without bundles in the reply, only what was touched is fetched anew", ({ page, traffic }) =>
  refresh.refetchesOnlyWhatWasTouched(page, traffic));

test("the log shows what was called, received and invalidated", ({ page }) =>
  refresh.logsWhatHappened(page));

test("a good order stands in its customer's list", ({ page }) => forms.placesAnOrder(page));

test("problems of an order stand at their fields", async ({ page, noise }) => {
  noise.expectStatus(422);
  await forms.showsProblemsAtTheirFields(page);
});

test("a problem that the function finds itself stands at its field", async ({ page, noise }) => {
  noise.expectStatus(422);
  await forms.showsTheFunctionsOwnProblem(page);
});

test("declared errors stand at the field that they are about", async ({ page, noise }) => {
  noise.expectStatus(409);
  await forms.showsDeclaredErrors(page);
});

test("a server error keeps the form", async ({ page, noise }) => {
  noise.expectStatus(500);
  await forms.keepsTheFormOnAServerError(page);
});

test("a lost connection keeps the form", async ({ page, noise }) => {
  noise.expectFailure();
  await openPair(page);
  await page.route("**/api/mizan/**", (route) => route.abort());
  await forms.saysThatTheServerIsAway(page);
});

test("a customer that does not exist is said to be missing, beside one that does", async ({
  page,
  noise,
}) => {
  noise.expectStatus(404);
  await page.goto("/compare/1/99");
  await expect(
    page.getByRole("alert").filter({ hasText: "There is no such customer." }),
  ).toBeVisible();
  await expect(page.getByRole("article", { name: "Ada Lovelace" })).toBeVisible();
});

test("Back and Forward go through what was shown", ({ page }) => routing.goesBackAndForward(page));

test("a reload shows the same page", ({ page }) => routing.survivesAReload(page));

test("an address that shows nothing leads back to the list", async ({ page }) => {
  await page.goto("/nowhere");
  await page.getByRole("link", { name: "All customers" }).click();
  await expect(page.getByRole("heading", { name: "Customers" })).toBeVisible();
});
