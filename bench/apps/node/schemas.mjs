// The arguments and results as Zod's schemas, for Hono, oRPC, tRPC and Mizan.
import { z } from "zod";

export const Name = z.string().min(2).max(40);
export const Rename = z.object({ name: Name, user_id: z.int() });
export const User = z.object({ user_id: z.int() });
/** As it stands in a query. */
export const AskedUser = z.object({ user_id: z.coerce.number().pipe(z.int()) });

export const Renamed = z.object({ name: z.string(), user_id: z.int() }).meta({ id: "Renamed" });

export const Address = z
  .object({ city: z.string(), country: z.string(), postcode: z.string(), street: z.string() })
  .meta({ id: "Address" });

const Item = z
  .object({ quantity: z.int(), sku: z.string(), title: z.string() })
  .meta({ id: "Item" });

export const Order = z
  .object({
    items: z.array(Item),
    order_id: z.int(),
    paid: z.boolean(),
    placed: z.string(),
    total: z.number(),
  })
  .meta({ id: "Order" });

export const Profile = z
  .object({
    active: z.boolean(),
    address: Address,
    email: z.string(),
    name: z.string(),
    orders: z.array(Order),
    referred_by: z.int().nullable(),
    score: z.number(),
    tags: z.array(z.string()),
    user_id: z.int(),
  })
  .meta({ id: "Profile" });

export const Notice = z
  .object({ notice_id: z.int(), seen: z.boolean(), text: z.string() })
  .meta({ id: "Notice" });
