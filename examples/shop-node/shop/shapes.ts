// What the shop's functions take and return, as the page sees it.
import { z } from "zod";

/** Euro with two digits after the point, as text: no sum is ever rounded. */
const euro = (description: string) => z.string().meta({ description, format: "decimal" });

export const CustomerEntry = z
  .object({ city: z.string(), customer_id: z.int(), name: z.string() })
  .meta({ description: "A line of the list of customers.", id: "CustomerEntry" });
export type CustomerEntry = z.output<typeof CustomerEntry>;

export const Profile = z
  .object({
    city: z.string(),
    customer_id: z.int(),
    member_since: z.iso.date(),
    name: z.string(),
    spent: euro("The sum of all orders, in euro."),
  })
  .meta({ description: "Who a customer is.", id: "Profile" });
export type Profile = z.output<typeof Profile>;

export const OrderEntry = z
  .object({
    note: z.string(),
    order_id: z.int(),
    ordered_on: z.iso.date(),
    product: z.string(),
    quantity: z.int(),
    total: euro("In euro."),
  })
  .meta({ description: "A line of a customer's orders.", id: "OrderEntry" });
export type OrderEntry = z.output<typeof OrderEntry>;

export const ProductEntry = z
  .object({
    name: z.string(),
    price: euro("For one piece, in euro."),
    product_id: z.int(),
    stock: z.int(),
  })
  .meta({ description: "Something to order.", id: "ProductEntry" });
export type ProductEntry = z.output<typeof ProductEntry>;
