// Checks: what a form does with a refused or failed call.
import { expect, type Page } from "@playwright/test";
import { customer, nameField, openPair, orderForm, placeOrder, rename } from "../shop-page";

/** Every problem of an order stands at its own field, and what was typed stays. */
export async function showsProblemsAtTheirFields(page: Page): Promise<void> {
  await openPair(page);
  const ada = customer(page, "Ada Lovelace");
  const note = "x".repeat(61);
  await placeOrder(ada, { product: /Tea bowl/, quantity: "0", note });
  const form = orderForm(ada);
  await expect(form.getByLabel("Quantity")).toHaveAccessibleDescription("must be at least 1");
  await expect(form.getByLabel("Note")).toHaveAccessibleDescription(
    "must have at most 60 characters",
  );
  await expect(form.getByLabel("Product")).not.toHaveAttribute("aria-invalid");
  await expect(form.getByLabel("Note")).toHaveValue(note);
  // The other customer's form knows nothing of it.
  await expect(customer(page, "Grace Hopper").locator("[aria-invalid]")).toHaveCount(0);

  await form.getByLabel("Quantity").fill("1.5");
  await form.getByRole("button", { name: "Order" }).click();
  await expect(form.getByLabel("Quantity")).toHaveAccessibleDescription("expected integer");
}

/** A problem that only the function itself can find stands at its field too. */
export async function showsTheFunctionsOwnProblem(page: Page): Promise<void> {
  await openPair(page);
  const ada = customer(page, "Ada Lovelace");
  await rename(ada, "1815");
  await expect(nameField(ada)).toHaveAccessibleDescription("must have a letter");
  await expect(nameField(ada)).toHaveValue("1815");
}

/** Declared errors stand at the field that they are about. */
export async function showsDeclaredErrors(page: Page): Promise<void> {
  await openPair(page);
  const ada = customer(page, "Ada Lovelace");
  await rename(ada, "Grace Hopper");
  await expect(nameField(ada)).toHaveAccessibleDescription(
    "Another customer is called Grace Hopper.",
  );
  await placeOrder(ada, { product: /Brass kettle/, quantity: "3", note: "" });
  await expect(orderForm(ada).getByLabel("Quantity")).toHaveAccessibleDescription("Only 2 left.");
}

/** After a failure of the server the form says so, and has everything that was typed. */
export async function keepsTheFormOnAServerError(page: Page): Promise<void> {
  await openPair(page);
  const ada = customer(page, "Ada Lovelace");
  const form = orderForm(ada);
  await placeOrder(ada, { product: /Cursed idol/, quantity: "7", note: "Wrap it well" });
  await expect(form.getByRole("alert")).toContainText("The server failed");
  await expect(form.getByLabel("Product").locator("option:checked")).toContainText("Cursed idol");
  await expect(form.getByLabel("Quantity")).toHaveValue("7");
  await expect(form.getByLabel("Note")).toHaveValue("Wrap it well");
  // What went wrong inside is the log's, not the visitor's.
  await expect(page.getByText("warehouse")).toHaveCount(0);
}

/** Nothing is lost where no answer comes, either. */
export async function saysThatTheServerIsAway(page: Page): Promise<void> {
  const ada = customer(page, "Ada Lovelace");
  await rename(ada, "Ada King");
  await expect(ada.getByRole("form", { name: "Rename" }).getByRole("alert")).toContainText(
    "The server did not answer.",
  );
  await expect(nameField(ada)).toHaveValue("Ada King");
}

/** A good order empties the form and stands in the list, for this customer alone. */
export async function placesAnOrder(page: Page): Promise<void> {
  await openPair(page);
  const ada = customer(page, "Ada Lovelace");
  await placeOrder(ada, { product: /Brass kettle/, quantity: "2", note: "For the tea bowls" });
  await expect(orderForm(ada).getByRole("status")).toHaveText("Ordered 2 × Brass kettle.");
  await expect(orderForm(ada).getByLabel("Note")).toHaveValue("");
  const first = ada.getByRole("region", { name: "Orders" }).getByRole("listitem").first();
  await expect(first).toContainText("2 × Brass kettle");
  await expect(first).toContainText("€179.80");
  await expect(ada.getByText("€325.75")).toBeVisible();
  // What is left is everybody's.
  await expect(page.getByRole("option", { name: /Brass kettle .* 0 left/ })).toHaveCount(2);
  await expect(
    customer(page, "Grace Hopper").getByText("Brass kettle · €89.90 · 0 left"),
  ).toHaveCount(1);
}
