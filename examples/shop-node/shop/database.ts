// The shop's SQLite database. Prices are whole cents, so that no sum is ever rounded.
import Database from "libsql";
import { CUSTOMERS, ORDERS, PRODUCTS } from "./seed.js";

const TABLES = `
  CREATE TABLE IF NOT EXISTS customer (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, city TEXT NOT NULL, member_since TEXT NOT NULL
  );
  -- Ordering what is cursed makes the server fail, so that a page can show what it does then.
  CREATE TABLE IF NOT EXISTS product (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, price_cents INTEGER NOT NULL, stock INTEGER NOT NULL,
    cursed INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE IF NOT EXISTS "order" (
    id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer (id),
    product_id INTEGER NOT NULL REFERENCES product (id), quantity INTEGER NOT NULL, total_cents INTEGER NOT NULL,
    note TEXT NOT NULL, ordered_on TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS order_of_customer ON "order" (customer_id);
`;

export interface Customer {
  readonly id: number;
  readonly name: string;
  readonly city: string;
  readonly member_since: string;
}

export interface Product {
  readonly id: number;
  readonly name: string;
  readonly price_cents: number;
  readonly stock: number;
  readonly cursed: number;
}

/** An order, with the name of what was ordered. */
export interface Order {
  readonly id: number;
  readonly product: string;
  readonly quantity: number;
  readonly total_cents: number;
  readonly note: string;
  readonly ordered_on: string;
}

type Cell = number | string;

const database = new Database(process.env["SHOP_DATABASE"] ?? ":memory:");
database.exec(TABLES);
if (one("SELECT id FROM customer LIMIT 1") === undefined) transaction(seed);

/** The first row, if there is one. */
export function one<Row>(query: string, ...values: Cell[]): Row | undefined {
  return database.prepare(query).get(...values) as Row | undefined;
}

/** All rows. */
export function all<Row>(query: string, ...values: Cell[]): Row[] {
  return database.prepare(query).all(...values) as Row[];
}

/** Does `work` wholly or not at all. */
export function transaction<Result>(work: () => Result): Result {
  return database.transaction(work)() as Result;
}

/** Runs a statement; how many rows it changed, and the id of the row that it made. */
export function run(statement: string, ...values: Cell[]): { changes: number; id: number } {
  const { changes, lastInsertRowid } = database.prepare(statement).run(...values);
  return { changes, id: Number(lastInsertRowid) };
}

function seed(): void {
  for (const row of CUSTOMERS) run("INSERT INTO customer VALUES (?, ?, ?, ?)", ...row);
  for (const row of PRODUCTS) run("INSERT INTO product VALUES (?, ?, ?, ?, ?)", ...row);
  for (const [customer, product, quantity, day, note] of ORDERS) {
    run(
      `INSERT INTO "order" (customer_id, product_id, quantity, total_cents, note, ordered_on)
       SELECT ?, id, ?, ? * price_cents, ?, ? FROM product WHERE id = ?`,
      ...[customer, quantity, quantity, note, day, product],
    );
  }
}
