// Uses the plain client as an application would. Each `@ts-expect-error` is a wrong use that the types have to refuse:
// tsc fails where one of them is accepted.
import { fieldErrors, type MizanError, type ProtocolError } from "@mizan/kernel";
import type {
  Address,
  AddressInput,
  Category,
  Customer,
  File_,
  Json,
  Ledger,
  Order,
  OrderInput,
  OrderLineInput,
  Payment,
  UpdateCustomerError,
  UpdateCustomerInput,
  UpdateCustomerInput_,
} from "./typescript/index.js";
import * as shop from "./typescript/index.js";

/** Whether two types are the same, and not merely assignable to each other. */
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

export const proven: true[] = [
  true satisfies Same<Category, "books" | "music" | 'a "quoted" name'>,
  true satisfies Same<Order["status"], "open" | "paid" | "sent">,
  true satisfies Same<Order["note"], string | null>,
  true satisfies Same<Address["country"], string>,
  true satisfies Same<Ledger["balance"], bigint>,
  true satisfies Same<Ledger["history"], [string, bigint][]>,
  true satisfies Same<shop.Box, bigint | shop.Box[]>,
  true satisfies Same<Extract<shop.PayError, { code: "TOO_POOR" }>["data"]["missing"], string>,
  true satisfies Same<
    Extract<shop.CustomerMarkError, { code: "MARK_SEALED" }>["data"],
    { until: string }
  >,
  true satisfies Same<
    Extract<
      NonNullable<(typeof shop.customerContext)["~failure"]>,
      { code: "MARK_SEALED" }
    >["data"]["until"],
    string
  >,
  true satisfies Same<shop.CustomerBundle["customer_ledger"], Ledger | null>,
  true satisfies Same<Awaited<ReturnType<typeof shop.customerContext>>, shop.CustomerBundle>,
  true satisfies Same<Awaited<ReturnType<typeof shop.delete_>>, null>,
];

// A default may be left out on the way to the server, and is always there on the way back.
export const line: OrderLineInput = { sku: "a" };
export const sent: OrderInput = { id: 1, lines: [line], status: "open", total: "9.50" };
// @ts-expect-error `note` is always there in what the server returns.
export const received: Order = { id: 1, lines: [], status: "open", total: "9.50" };
export const home: AddressInput = { city: "Reykjavík", "first line": "Laugavegur 1" };
// @ts-expect-error a field that is required.
export const homeless: AddressInput = { city: "Reykjavík" };
// @ts-expect-error `undefined` is not the same as being left out.
export const nowhere: AddressInput = { city: "x", "first line": "y", country: undefined };
// @ts-expect-error a value that the enum does not have.
export const films: Category = "films";
export const deep: Json = { list: [1, "two", { three: [true, { four: null }] }], nothing: null };
// @ts-expect-error what JSON cannot say.
export const date: Json = { at: new Date() };
export const attachment: File_ = { path: "a.txt" };

export async function calls(): Promise<unknown[]> {
  const customer: Customer = await shop.customer({ customer_id: 1 });
  // @ts-expect-error a text is no integer.
  await shop.customer({ customer_id: "1" });
  // @ts-expect-error a param that the function does not have.
  await shop.customer({ customer_id: 1, other: 2 });
  // @ts-expect-error it takes something.
  await shop.customer();
  // @ts-expect-error a field that may be missing.
  customer.born.length;
  // @ts-expect-error a field that may be null.
  customer.nickname.length;

  // Nothing is required, so nothing need be given.
  const found = await shop.catalogSearch();
  const prices: number[] = found.hits.map(({ price }) => price);
  await shop.catalogSearch({ category: "books", text: null }, { timeout: 1000 });
  const size: number = await shop.catalogSize();
  // @ts-expect-error it takes nothing.
  await shop.catalogSize({});

  const sum: bigint = (await shop.customerLedger({ customer_id: 1 }))?.balance ?? 0n;
  const bundle = await shop.customerContext({ customer_id: 1 });
  const lines: number[] = bundle.customer_orders
    .flatMap((order) => order.lines)
    .map(({ count }) => count);
  // @ts-expect-error a member that the bundle does not have.
  bundle.secret;
  // @ts-expect-error what no client may call is not generated.
  shop.secret;

  const [address, anything, json, order] = await shop.echo({
    address: home,
    anything: new Map(),
    bounded: 1.5,
    class: "first",
    empty: {},
    flag: true,
    huge: 2n ** 70n,
    json: [1, ["two"]],
    matrix: [[1, null], []],
    mixed: { children: [{ children: [], label: "leaf" }], label: "root" },
    nested: { deep: "yes" },
    one: "one",
    pair: ["a", ["music"]],
    sizes: [1, 3],
    table: { a: [sent] },
    word: { text: "word" },
  });
  const note: string | null = order.note;
  // @ts-expect-error nothing is known of `any` before it is looked at.
  anything.size;

  const files: File_[] = await shop.importOrders({ files: [new File([], "a.csv")], logo: null });
  // @ts-expect-error a path is no file.
  await shop.importOrders({ files: ["a.csv"] });

  const own: UpdateCustomerInput = { name: "Ada" };
  const taken: UpdateCustomerInput_ = { changes: own, customer_id: 1 };
  try {
    await shop.updateCustomer(taken);
  } catch (error) {
    explain(error as UpdateCustomerError);
  }
  return [address, json, prices, size, sum, lines, note, files];
}

/** Every code of the union, told apart by `code`. */
export function explain(error: UpdateCustomerError): string {
  switch (error.code) {
    case "NAME_TAKEN":
      // @ts-expect-error a member that the error's data does not have.
      error.data.taken_at;
      return `${error.data.taken_by}: try ${error.data.suggestions.join(", ")}`;
    case "CLOSED":
      // @ts-expect-error this one has no data.
      error.data.taken_by;
      return "closed";
    case "VALIDATION":
      return Object.values(fieldErrors(error)).flat().join("\n");
    // @ts-expect-error a code that the function does not have.
    case "GONE":
      return "";
    default: {
      const rest: ProtocolError = error;
      return rest.message;
    }
  }
}

export function pay(payment: Payment): bigint | string {
  return payment.kind === "card" ? payment.number : payment.limit;
}

// The errors of the members are the errors of the bundle.
type Failure = NonNullable<(typeof shop.customerContext)["~failure"]>;
export const gone: Failure["code"] = "GONE";
export type Gone = Extract<Failure, MizanError<"GONE", undefined>>;
