import { describe, expectTypeOf, test } from "vitest";
import {
  authenticate,
  type Client,
  configure,
  createClient,
  defineContext,
  defineFunction,
  MizanError,
  type ProtocolCode,
  type ProtocolError,
} from "./index.js";

const client = createClient();

interface Input {
  user_id: number;
  name: string;
  nick?: string;
}

interface Profile {
  user_id: number;
  name: string;
}

type Failure = ProtocolError | MizanError<"NAME_TAKEN", { taken_by: number }>;

const update = defineFunction<Input, Profile, Failure>(client, "update_profile", ["user"]);
const ping = defineFunction<undefined, string>(client, "ping");
const none = defineFunction<void, string>(client, "none");
const empty = defineFunction<Record<never, never>, string>(client, "empty");
const list = defineFunction<{ page?: number }, string[]>(client, "list");

describe("a function", () => {
  test("takes its input and gives its output", () => {
    expectTypeOf(update({ name: "Ada", user_id: 5 })).toEqualTypeOf<Promise<Profile>>();
    expectTypeOf(update.fn).toEqualTypeOf<string>();
    expectTypeOf(update.client).toEqualTypeOf<Client>();
  });

  test("refuses what is no input", () => {
    // @ts-expect-error the input is required
    update();
    // @ts-expect-error name is missing
    update({ user_id: 5 });
    // @ts-expect-error a text is no number
    update({ name: "Ada", user_id: "5" });
    // @ts-expect-error there is no such field
    update({ name: "Ada", surname: "L", user_id: 5 });
    // @ts-expect-error an optional field is left out, not undefined
    update({ name: "Ada", nick: undefined, user_id: 5 });
  });

  test("without input takes none, and options after it", () => {
    expectTypeOf(ping()).toEqualTypeOf<Promise<string>>();
    expectTypeOf(none()).toEqualTypeOf<Promise<string>>();
    expectTypeOf(empty()).toEqualTypeOf<Promise<string>>();
    ping(undefined, { signal: new AbortController().signal, timeout: 5 });
    // @ts-expect-error it has no input
    ping({ user_id: 5 });
    // @ts-expect-error a limit is a number of milliseconds
    ping(undefined, { timeout: "5s" });
  });

  test("with nothing required may be called without input", () => {
    list();
    list({ page: 2 });
    // @ts-expect-error a text is no number
    list({ page: "2" });
  });

  test("has a decoder of its own output", () => {
    defineFunction<undefined, { total: bigint }>(client, "t", [], (wire: { total: string }) => ({
      total: BigInt(wire.total),
    }));
    // @ts-expect-error a number is no bigint
    defineFunction<undefined, { total: bigint }>(client, "t", [], () => ({ total: 1 }));
  });
});

describe("a context", () => {
  const user = defineContext<{ user_id: number }, { user_profile: Profile }>(client, "user", [
    "user_id",
  ]);

  test("takes its params and gives its bundle", () => {
    expectTypeOf(user({ user_id: 5 })).toEqualTypeOf<Promise<{ user_profile: Profile }>>();
    // @ts-expect-error the params are required
    user();
    // @ts-expect-error there is no such param
    user({ id: 5 });
  });
});

describe("an error", () => {
  test("narrows by its code to its data", () => {
    const error = {} as Failure;
    // @ts-expect-error which error it is is not known yet
    error.data.taken_by;
    if (error.code === "NAME_TAKEN") expectTypeOf(error.data).toEqualTypeOf<{ taken_by: number }>();
    else expectTypeOf(error.data).toEqualTypeOf<undefined>();
  });

  test("has a closed list of codes", () => {
    const error = {} as Failure;
    expectTypeOf(error.code).toEqualTypeOf<ProtocolCode | "NAME_TAKEN">();
    // @ts-expect-error there is no such code
    error.code === "NAME_TAKEM";
  });

  test("is an Error", () => {
    expectTypeOf(new MizanError("NOT_FOUND", "not found")).toExtend<Error>();
  });
});

test("the contract's change and the wait are typed", () => {
  expectTypeOf({} as MizanError["contract"]).toEqualTypeOf<"changed" | undefined>();
  expectTypeOf({} as MizanError["retryAfter"]).toEqualTypeOf<number | undefined>();
});

test("a source of tokens may have none, and says what it has", () => {
  authenticate(client, { getToken: async () => null });
  authenticate(client, {
    getToken: async () => ({ expiresIn: 300, token: "t" }),
    header: "Authorization",
  });
  // @ts-expect-error a bare text does not say how long it is good for
  authenticate(client, { getToken: async () => "t" });
  // @ts-expect-error no server reads tokens there
  authenticate(client, { getToken: async () => null, header: "X-Token" });
  configure(client, { credentials: "include", fetch, headers: () => ({}) });
  // @ts-expect-error where the server is was said when the client was made
  configure(client, { base: "/elsewhere" });
});

test("the platform's fetch serves, and an app's own of the same shape", () => {
  createClient({ fetch });
  createClient({ fetch: (url, { body }) => fetch(url, { body: body ?? null }) });
  // @ts-expect-error a function that gives no response does not
  createClient({ fetch: () => Promise.resolve("no") });
});
