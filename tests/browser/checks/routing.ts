// Checks: the address says what is shown, and the browser's own buttons work.
import { expect, type Page } from "@playwright/test";
import { customer } from "../shop-page";

/** From the list to two customers, on to another one, and back and forward through all of it. */
export async function goesBackAndForward(page: Page): Promise<void> {
  await page.goto("/");
  await page.getByRole("checkbox", { name: /Ada Lovelace/ }).check();
  await page.getByRole("checkbox", { name: /Grace Hopper/ }).check();
  await page.getByRole("link", { name: "Compare" }).click();
  await expect(page).toHaveURL(/\/compare\/1\/2$/);
  await expect(customer(page, "Ada Lovelace")).toBeVisible();
  const switcher = customer(page, "Ada Lovelace").getByLabel("Show another customer here");
  await switcher.selectOption({ label: "Katherine Johnson" });
  await expect(page).toHaveURL(/\/compare\/3\/2$/);
  await expect(customer(page, "Katherine Johnson")).toBeVisible();

  await page.goBack();
  await expect(page).toHaveURL(/\/compare\/1\/2$/);
  await expect(customer(page, "Ada Lovelace")).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Customers" })).toBeVisible();
  await page.goForward();
  await expect(customer(page, "Ada Lovelace")).toBeVisible();
  await expect(customer(page, "Grace Hopper")).toBeVisible();
}

/** The same address after a reload is the same page. */
export async function survivesAReload(page: Page): Promise<void> {
  await page.goto("/compare/2/4");
  await expect(customer(page, "Grace Hopper")).toBeVisible();
  await page.reload();
  await expect(customer(page, "Grace Hopper")).toBeVisible();
  await expect(customer(page, "Al-Khwārizmī")).toBeVisible();
}
