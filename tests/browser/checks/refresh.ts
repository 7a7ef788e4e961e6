// Checks: a mutation refreshes what it touched, all of it, and nothing else.
import { expect, type Page } from "@playwright/test";
import { customer, log, openPair, rename } from "../shop-page";
import type { Traffic } from "../traffic";

/** Long enough for a request that should not be there to show itself. */
const QUIET = 400;

const TOUCHED = [
  { context: "customer", params: { customer_id: 1 } },
  { context: "customers", params: {} },
];

/** The page asks for each bundle once, however many components show a part of it. */
export async function fetchesEachBundleOnce(page: Page, traffic: Traffic): Promise<void> {
  traffic.forget();
  await openPair(page);
  await page.waitForTimeout(QUIET);
  expect(traffic.take().sort()).toEqual([
    "GET /ctx/customer/?customer_id=1",
    "GET /ctx/customer/?customer_id=2",
    "GET /ctx/customers/",
    "GET /ctx/products/",
  ]);
}

/** Renames the first of two customers, and expects both places that show the name to follow. */
export async function showsTheNewName(page: Page): Promise<void> {
  await rename(customer(page, "Ada Lovelace"), "Ada King");
  await expect(page.getByRole("heading", { name: "Ada King" })).toBeVisible();
  await expect(page.getByRole("option", { name: "Ada King" })).toHaveCount(2);
  await expect(customer(page, "Grace Hopper")).toBeVisible();
}

/** One call goes out and nothing after it: its reply brought the two bundles that it touched, and no other. */
export async function renamesInOneRequest(page: Page, traffic: Traffic): Promise<void> {
  await openPair(page);
  traffic.forget();
  await showsTheNewName(page);
  await page.waitForTimeout(QUIET);
  expect(traffic.take()).toEqual(["POST /call/ rename_customer"]);
  const replies = await traffic.takeReplies();
  expect(
    replies.map(({ bundles }) => bundles?.map(({ context, params }) => ({ context, params }))),
  ).toEqual([TOUCHED]);
}

/** Where replies bring no bundles, the page fetches those that were touched, and still no other. */
export async function refetchesOnlyWhatWasTouched(page: Page, traffic: Traffic): Promise<void> {
  await withoutRefresh(page);
  await openPair(page);
  traffic.forget();
  await showsTheNewName(page);
  await page.waitForTimeout(QUIET);
  const [call, ...reads] = traffic.take();
  expect(call).toBe("POST /call/ rename_customer");
  expect(reads.sort()).toEqual(["GET /ctx/customer/?customer_id=1", "GET /ctx/customers/"]);
}

/** The log tells a person the same. */
export async function logsWhatHappened(page: Page): Promise<void> {
  await openPair(page);
  await page.getByRole("button", { name: "Clear" }).click();
  await showsTheNewName(page);
  expect((await log(page)).sort()).toEqual([
    "called rename_customer",
    "invalidated customer (customer_id=1)",
    "invalidated customers",
    "received customer (customer_id=1)",
    "received customers",
  ]);
}

/** Takes the wish for bundles out of every call, as if the client had never had it. */
export async function withoutRefresh(page: Page): Promise<void> {
  await page.route("**/api/mizan/call/", async (route) => {
    const { refresh: _, ...call } = route.request().postDataJSON();
    await route.continue({ postData: JSON.stringify(call) });
  });
}
