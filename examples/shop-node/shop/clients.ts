// The functions that the page calls: three contexts to read, two mutations.
import { client, context, declareError, Invalid, NotFound } from "@mizan/server";
import { z } from "zod";
import { all, type Customer, type Order, one, type Product, run, transaction } from "./database.js";
import { CustomerEntry, OrderEntry, ProductEntry, Profile } from "./shapes.js";

const customers = context("customers");
const customer = context("customer");
const products = context("products");

const NameTaken = declareError("NAME_TAKEN", {
  data: z.object({ taken_by: z.int() }),
  status: 409,
});

const OutOfStock = declareError("OUT_OF_STOCK", {
  data: z.object({ available: z.int() }),
  status: 409,
});

export const customerList = client(
  { context: customers, doc: "Everybody, by name.", output: z.array(CustomerEntry) },
  () => all<CustomerEntry>("SELECT id AS customer_id, name, city FROM customer ORDER BY name"),
);

export const customerProfile = client(
  {
    context: customer,
    doc: "Who a customer is, and what they spent so far.",
    input: { customer_id: z.int() },
    output: Profile,
  },
  (_, { customer_id }) => profileOf(findCustomer(customer_id)),
);

export const customerOrders = client(
  {
    context: customer,
    doc: "What a customer ordered, the latest first.",
    input: { customer_id: z.int() },
    output: z.array(OrderEntry),
  },
  (_, { customer_id }) => {
    const { id } = findCustomer(customer_id);
    return all<Order>(`${ORDERS} WHERE customer_id = ? ORDER BY "order".id DESC`, id).map(
      orderEntry,
    );
  },
);

export const productList = client(
  {
    context: products,
    doc: "What there is to order, and how much of it.",
    output: z.array(ProductEntry),
  },
  () =>
    all<Product>("SELECT * FROM product ORDER BY id").map(({ id, name, price_cents, stock }) => ({
      name,
      price: euro(price_cents),
      product_id: id,
      stock,
    })),
);

export const renameCustomer = client(
  {
    affects: [customer, customers],
    doc: "Give a customer another name, which nobody else may have.",
    errors: [NameTaken],
    input: { customer_id: z.int(), name: z.string().min(2).max(40) },
    output: Profile,
  },
  (_, { customer_id, name }) => {
    const row = findCustomer(customer_id);
    if (!/\p{L}/u.test(name)) throw new Invalid({ name: "must have a letter" });
    const namesake = one<Customer>(
      "SELECT * FROM customer WHERE name = ? AND id <> ?",
      name,
      row.id,
    );
    if (namesake) {
      throw new NameTaken(`Another customer is called ${name}.`, { taken_by: namesake.id });
    }
    run("UPDATE customer SET name = ? WHERE id = ?", name, row.id);
    return profileOf({ ...row, name });
  },
);

export const placeOrder = client(
  {
    affects: [customer, products],
    doc: "Order some pieces of a product for a customer.",
    errors: [OutOfStock],
    input: {
      customer_id: z.int(),
      note: z.string().max(60).default(""),
      product_id: z.int(),
      quantity: z.int().min(1).max(20),
    },
    output: OrderEntry,
  },
  (_, { customer_id, note, product_id, quantity }) => {
    const { id } = findCustomer(customer_id);
    const product = one<Product>("SELECT * FROM product WHERE id = ?", product_id);
    if (!product) throw new Invalid({ product_id: "is not for sale" });
    if (product.cursed) throw new Error("the idol stirred, and the warehouse fell silent");
    const order = transaction(() => {
      // One statement looks and takes, so that two orders at once never sell a piece twice.
      const taken = run(
        "UPDATE product SET stock = stock - ? WHERE id = ? AND stock >= ?",
        ...[quantity, product.id, quantity],
      );
      if (taken.changes === 0) return undefined;
      const today = new Date().toISOString().slice(0, 10);
      return run(
        `INSERT INTO "order" (customer_id, product_id, quantity, total_cents, note, ordered_on)
         VALUES (?, ?, ?, ?, ?, ?)`,
        ...[id, product.id, quantity, quantity * product.price_cents, note, today],
      );
    });
    if (!order) {
      throw new OutOfStock(`Only ${product.stock} left.`, { available: product.stock });
    }
    return orderEntry(one<Order>(`${ORDERS} WHERE "order".id = ?`, order.id) as Order);
  },
);

const ORDERS = `
  SELECT "order".id, product.name AS product, quantity, total_cents, note, ordered_on
  FROM "order" JOIN product ON product.id = product_id`;

/** The customer of that id, or the protocol's own 404. */
function findCustomer(id: number): Customer {
  const row = one<Customer>("SELECT * FROM customer WHERE id = ?", id);
  if (!row) throw new NotFound("There is no such customer.");
  return row;
}

/** A customer's row, and the sum of the orders, as the page sees them. */
function profileOf({ city, id, member_since, name }: Customer): Profile {
  const sum = one<{ cents: number | null }>(
    'SELECT sum(total_cents) AS cents FROM "order" WHERE customer_id = ?',
    id,
  );
  return { city, customer_id: id, member_since, name, spent: euro(sum?.cents ?? 0) };
}

/** A row of the table as the page sees it. */
function orderEntry({ id, note, ordered_on, product, quantity, total_cents }: Order): OrderEntry {
  return { note, order_id: id, ordered_on, product, quantity, total: euro(total_cents) };
}

/** Cents as euro with two digits after the point. */
const euro = (cents: number): string =>
  `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
