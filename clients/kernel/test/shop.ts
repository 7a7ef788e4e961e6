// The application that the test server serves: users with orders, a board of notes, a search.

/** A JSON object. */
export type Values = Readonly<Record<string, unknown>>;

/** An error as a function raises it. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: { readonly code: string; readonly message: string } & Values;
  readonly retryAfter: number | undefined;

  constructor(
    status: number,
    body: { readonly code: string; readonly message: string } & Values,
    retryAfter?: number,
  ) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.retryAfter = retryAfter;
  }
}

/** What a function answers. */
export interface Answered {
  readonly result: unknown;
  readonly invalidate?: readonly { readonly context: string; readonly params?: Values }[];
  readonly merge?: readonly Values[];
}

interface Order {
  readonly id: number;
  readonly title: string;
}

interface User {
  name: string;
  readonly orders: Order[];
}

/** The state behind the functions; tests change it as another client would. */
export interface Shop {
  readonly users: Map<number, User>;
  readonly notes: string[];
  /** Makes the next token of a caller. */
  mint?: () => string;
}

/** A shop with two users, Ada (1) and Grace (2). */
export function createShop(): Shop {
  return {
    notes: ["hello"],
    users: new Map([
      [1, { name: "Ada", orders: [{ id: 10, title: "pen" }] }],
      [2, { name: "Grace", orders: [] }],
    ]),
  };
}

function invalid(path: readonly (string | number)[], message: string): Refusal {
  return new Refusal(422, {
    code: "VALIDATION",
    details: [{ code: "type", message, path }],
    message: "the input does not fit",
  });
}

function userOf(shop: Shop, id: unknown): User {
  const user = shop.users.get(id as number);
  if (!user) throw new Refusal(404, { code: "NOT_FOUND", message: "not found" });
  return user;
}

interface Context {
  readonly members: Readonly<Record<string, (shop: Shop, params: Values) => unknown>>;
  /** Fills in the defaults. */
  params(params: Values): Values;
  /** Reads the query's texts by type. */
  query(texts: Readonly<Record<string, string | string[]>>): Values;
}

/** The contexts by name. */
export const CONTEXTS: Readonly<Record<string, Context>> = {
  board: {
    members: { board_notes: ({ notes }) => [...notes] },
    params: () => ({}),
    query: () => ({}),
  },
  search: {
    members: { search_results: (_shop, params) => params },
    params: ({ page = 1, tags = [], text = "" }) => ({ page, tags, text }),
    query: ({ page, tags, text }) => ({
      ...(page && { page: Number(page[0]) }),
      ...(tags && { tags }),
      ...(text && { text: text[0] }),
    }),
  },
  user: {
    members: {
      user_orders: (shop, { user_id }) => [...userOf(shop, user_id).orders],
      user_profile: (shop, { user_id }) => ({ name: userOf(shop, user_id).name, user_id }),
    },
    params: (params) => params,
    query: ({ user_id }) => {
      const [text = ""] = user_id ?? [];
      if (!/^\d+$/.test(text)) throw invalid(["params", "user_id"], "expected integer");
      return { user_id: Number(text) };
    },
  },
  wealth: {
    members: { wealth_total: () => "9007199254740993" },
    params: () => ({}),
    query: () => ({}),
  },
  // With so many members that a refresh of two of them is beyond the limit of one request.
  wide: {
    members: Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`wide_${index}`, () => index]),
    ),
    params: (params) => params,
    query: ({ part }) => ({ part: Number(part?.[0]) }),
  },
};

/** The functions by name. */
export const FUNCTIONS: Readonly<Record<string, (shop: Shop, args: Values) => Answered>> = {
  add_note(shop, { text }) {
    shop.notes.push(text as string);
    return { invalidate: [{ context: "board" }], result: null };
  },
  add_note_and_raise(shop, { text }) {
    shop.notes.push(text as string);
    throw new Refusal(401, { code: "UNAUTHENTICATED", message: "Not you." });
  },
  add_order(shop, { id, title, user_id }) {
    const order = { id, title } as Order;
    const { orders } = userOf(shop, user_id);
    const index = orders.findIndex((other) => other.id === id);
    orders[index < 0 ? orders.length : index] = order;
    return {
      merge: [
        {
          context: "user",
          function: "user_orders",
          key: ["id"],
          op: "upsert",
          params: { user_id },
          value: order,
        },
      ],
      result: order,
    };
  },
  busy() {
    throw new Refusal(503, { code: "UNAVAILABLE", message: "unavailable" }, 7);
  },
  echo: (_shop, { value }) => ({ result: value ?? null }),
  fail() {
    throw new Refusal(500, { code: "INTERNAL", id: "f00d", message: "internal error" });
  },
  move_search: (_shop, { page }) => ({
    invalidate: [{ context: "search", params: { page } }],
    result: null,
  }),
  mwt_obtain: ({ mint }) => ({ result: { expires_in: 300, token: mint?.() } }),
  order_form(_shop, { lines }) {
    throw new Refusal(422, {
      code: "VALIDATION",
      details: [
        { code: "custom", message: "is empty", path: ["args"] },
        { code: "min", message: "must be at least 1", path: ["args", "lines", 0, "count"] },
        { code: "custom", message: "is odd", path: ["args", "lines", 0, "count"] },
        { code: "missing", message: "required", path: ["args", "constructor"] },
      ],
      message: `the input does not fit (${JSON.stringify(lines)})`,
    });
  },
  rename_quietly(shop, { name, user_id }) {
    userOf(shop, user_id).name = name as string;
    return {
      merge: [
        {
          context: "user",
          function: "user_profile",
          op: "replace",
          params: { user_id },
          value: { name, user_id },
        },
      ],
      result: { name, user_id },
    };
  },
  total: (_shop, { add }) => ({ result: { total: String(BigInt(add as string) + 1n) } }),
  touch_wide: () => ({ invalidate: [{ context: "wide" }], result: null }),
  update_profile(shop, { name, user_id }) {
    if (typeof name !== "string") throw invalid(["args", "name"], "expected string");
    for (const [id, other] of shop.users) {
      if (other.name === name && id !== user_id) {
        throw new Refusal(409, {
          code: "NAME_TAKEN",
          data: { taken_by: id },
          message: "That name is taken.",
        });
      }
    }
    userOf(shop, user_id).name = name;
    return {
      invalidate: [{ context: "user", params: { user_id } }],
      result: { name, user_id },
    };
  },
  user_profile: (shop, { user_id }) => ({
    result: { name: userOf(shop, user_id).name, user_id },
  }),
};
