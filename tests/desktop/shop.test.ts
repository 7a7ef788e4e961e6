// The desktop shop, as a person uses it: the page of examples/shop/web, its functions over Tauri's IPC, no server.
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { By, until, type WebElement } from "selenium-webdriver";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Desktop, open } from "./desktop.js";

const PROGRAM = resolve(import.meta.dirname, "../../target/debug/shop-tauri");
const LONG = 10_000;
const LOG = '//ol[@aria-label="Log"]/li';

let desktop: Desktop;

beforeEach(async () => {
  desktop = await open(PROGRAM);
});

afterEach(async ({ task }) => {
  // `SCREENSHOTS` names a folder to look at afterwards.
  const folder = process.env["SCREENSHOTS"];
  if (folder) {
    const name = `${task.name.replaceAll(/\W+/g, "-")}.png`;
    await writeFile(join(folder, name), await desktop.driver.takeScreenshot(), "base64");
  }
  await desktop.close();
});

/** What there is, as soon as it is there. */
function find(xpath: string): Promise<WebElement> {
  return desktop.driver.wait(until.elementLocated(By.xpath(xpath)), LONG, xpath);
}

/** The texts of all that there is. */
async function texts(xpath: string): Promise<string[]> {
  const found = await desktop.driver.findElements(By.xpath(xpath));
  return Promise.all(found.map((one) => one.getText()));
}

/** The column of the customer of that name. */
const column = (name: string) => `//article[.//h2[.="${name}"]]`;

async function openPair(): Promise<void> {
  for (const name of ["Ada Lovelace", "Grace Hopper"]) {
    await (await find(`//label[contains(., "${name}")]`)).click();
  }
  await (await find('//a[.="Compare"]')).click();
  await find(column("Ada Lovelace"));
  await find(column("Grace Hopper"));
}

async function rename(from: string, to: string): Promise<void> {
  const field = await find(`${column(from)}//form[@aria-label="Rename"]//input`);
  await desktop.driver.executeScript("arguments[0].select()", field);
  await field.sendKeys(to);
  await (await find(`${column(from)}//button[.="Rename"]`)).click();
}

test("a rename shows wherever the name stands", async () => {
  await openPair();
  await (await find('//button[.="Clear"]')).click();
  await rename("Ada Lovelace", "Ada King");
  await find(column("Ada King"));
  // The list of customers stands in both columns, and in neither the old name is left.
  expect(await texts('//option[.="Ada King"]')).toHaveLength(2);
  expect(await texts('//option[.="Ada Lovelace"]')).toEqual([]);
  expect(await texts(column("Grace Hopper"))).toHaveLength(1);
  const [kinds, names] = await Promise.all([texts(`${LOG}/span`), texts(`${LOG}/code`)]);
  expect(kinds.map((kind, line) => `${kind} ${names[line]}`).sort()).toEqual([
    "called rename_customer",
    "invalidated customer (customer_id=1)",
    "invalidated customers",
    "received customer (customer_id=1)",
    "received customers",
  ]);
});

test("an error that the function declares is told at the field", async () => {
  await openPair();
  await rename("Ada Lovelace", "Grace Hopper");
  await find(
    `${column("Ada Lovelace")}//*[contains(., "Another customer is called Grace Hopper.")]`,
  );
});

test("a function's failure is told without what went wrong inside", async () => {
  await openPair();
  const form = `${column("Ada Lovelace")}//form[@aria-label="Order"]`;
  await (await find(`${form}//option[contains(., "Cursed idol")]`)).click();
  await (await find(`${form}//button[.="Order"]`)).click();
  await find(`${form}//*[@role="alert"][contains(., "The server failed")]`);
  expect(await texts('//*[contains(., "warehouse")]')).toEqual([]);
});

test("the page is the app's own, and so is its address", async () => {
  await openPair();
  expect(await desktop.driver.getCurrentUrl()).toBe("tauri://localhost/compare/1/2");
});
