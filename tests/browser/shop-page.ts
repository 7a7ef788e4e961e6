// The shop's page as a person sees it: what is where, by role and name.
import { expect, type Locator, type Page } from "@playwright/test";

/** Opens two customers side by side and waits until both are there. */
export async function openPair(page: Page, first = 1, second = 2): Promise<void> {
  await page.goto(`/compare/${first}/${second}`);
  await expect(page.getByRole("article")).toHaveCount(2);
  await expect(page.getByRole("option", { name: /Tea bowl/ })).toHaveCount(2);
}

/** The column of the customer of that name. */
export function customer(page: Page, name: string): Locator {
  return page.getByRole("article", { name, exact: true });
}

/** Types another name and sends it. */
export async function rename(column: Locator, name: string): Promise<void> {
  await nameField(column).fill(name);
  await column.getByRole("button", { name: "Rename" }).click();
}

export function nameField(column: Locator): Locator {
  return column.getByRole("textbox", { name: "Name", exact: true });
}

export interface OrderDraft {
  product: RegExp;
  quantity: string;
  note: string;
}

/** Fills in the order form and sends it. */
export async function placeOrder(column: Locator, draft: OrderDraft): Promise<void> {
  const form = orderForm(column);
  const product = form.getByLabel("Product");
  const label = await product.getByRole("option", { name: draft.product }).textContent();
  await product.selectOption({ label: label ?? "" });
  await form.getByLabel("Quantity").fill(draft.quantity);
  await form.getByLabel("Note").fill(draft.note);
  await form.getByRole("button", { name: "Order" }).click();
}

export function orderForm(column: Locator): Locator {
  return column.getByRole("form", { name: "Order" });
}

/** The lines of the log, the latest first, as `called rename_customer`. */
export async function log(page: Page): Promise<string[]> {
  const lines = await page.getByRole("list", { name: "Log" }).getByRole("listitem").all();
  return Promise.all(
    lines.map(async (line) => (await line.locator("> *").allTextContents()).join(" ")),
  );
}
