// What openapi-typescript makes of the export of every_node.kdl and of the shop, used as a person would. Compiled, never run.
import type { components, paths } from "./shop";

type Schemas = components["schemas"];

export const rename: Schemas["rename_customer.Call"] = {
  fn: "rename_customer",
  args: { customer_id: 5, name: "Ada" },
};

export const wrong: Schemas["rename_customer.Call"] = {
  fn: "rename_customer",
  // @ts-expect-error A number is no name.
  args: { customer_id: 5, name: 7 },
};

// @ts-expect-error A call of another function is none of this one.
export const other: Schemas["rename_customer.Call"]["fn"] = "place_order";

type Call = paths["/api/mizan/call/"]["post"];

export const body: Call["requestBody"]["content"]["application/json"] = [
  rename,
  { fn: "customer_list" },
];

export function profile(bundle: Schemas["customer.Bundle"]): string {
  return bundle.customer_profile.name;
}

type Customer = paths["/api/mizan/ctx/customer/"]["get"];

export const query: Customer["parameters"]["query"] = { customer_id: 5 };

// @ts-expect-error The param is required.
export const nothing: Customer["parameters"]["query"] = {};

export function code(error: Schemas["rename_customer.NAME_TAKEN"]): "NAME_TAKEN" {
  return error.error.code;
}
