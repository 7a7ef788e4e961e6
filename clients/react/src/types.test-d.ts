import {
  createClient,
  defineContext,
  defineFunction,
  type MizanError,
  type ProtocolError,
} from "@mizan/kernel";
import { QueryClient } from "@tanstack/react-query";
import { describe, expectTypeOf, test } from "vitest";
import {
  bundleQueryOptions,
  createBundleHook,
  createMutationHook,
  createProvider,
  createSlotHook,
  createSuspenseSlotHook,
  prefetchBundle,
} from "./index.js";

interface Profile {
  user_id: number;
  name: string;
}

interface UserBundle {
  user_orders: string[];
  user_profile: Profile;
}

type Failure = ProtocolError | MizanError<"NAME_TAKEN", { taken_by: number }>;

const client = createClient();
const user = defineContext<{ user_id: number }, UserBundle>(client, "user", ["user_id"]);
const update = defineFunction<{ user_id: number; name: string }, Profile, Failure>(
  client,
  "update_profile",
  ["user"],
);
const ping = defineFunction<undefined, string>(client, "ping");
const list = defineFunction<{ page?: number }, string[]>(client, "list");

describe("a bundle's hook", () => {
  const useUserContext = createBundleHook(user);

  test("gives the bundle and the protocol's errors", () => {
    const { data, error } = useUserContext({ user_id: 5 });
    expectTypeOf(data).toEqualTypeOf<UserBundle | undefined>();
    expectTypeOf(error).toEqualTypeOf<ProtocolError | null>();
  });

  test("needs no params, since a provider may be around it", () => {
    useUserContext();
    useUserContext(undefined, { enabled: false });
    // @ts-expect-error a text is no number
    useUserContext({ user_id: "5" });
    // @ts-expect-error params are whole or not there
    useUserContext({});
  });

  test("takes TanStack's options, but for those that name the query", () => {
    const { data } = useUserContext(undefined, { select: (bundle) => bundle.user_orders.length });
    expectTypeOf(data).toEqualTypeOf<number | undefined>();
    // @ts-expect-error a component names no query key
    useUserContext(undefined, { queryKey: ["user"] });
  });
});

describe("a slot's hook", () => {
  test("gives the slot", () => {
    const useUserProfile = createSlotHook(user, "user_profile");
    expectTypeOf(useUserProfile({ user_id: 5 }).data).toEqualTypeOf<Profile | undefined>();
    expectTypeOf(createSuspenseSlotHook(user, "user_profile")().data).toEqualTypeOf<Profile>();
    // @ts-expect-error the context has no such member
    createSlotHook(user, "user_photo");
  });
});

describe("a mutation's hook", () => {
  const useUpdateProfile = createMutationHook(update);

  test("takes the input, and gives the output and the errors as a union", () => {
    const { data, error, mutate } = useUpdateProfile({
      onError: (failed) => expectTypeOf(failed).toEqualTypeOf<Failure>(),
      onSuccess: (profile, input) => {
        expectTypeOf(profile).toEqualTypeOf<Profile>();
        expectTypeOf(input).toEqualTypeOf<{ user_id: number; name: string }>();
      },
    });
    expectTypeOf(data).toEqualTypeOf<Profile | undefined>();
    if (error?.code === "NAME_TAKEN") expectTypeOf(error.data.taken_by).toEqualTypeOf<number>();
    mutate({ name: "Ada", user_id: 5 });
    // @ts-expect-error name is missing
    mutate({ user_id: 5 });
    // @ts-expect-error the input is required
    mutate();
  });

  test("is never told to try again", () => {
    // @ts-expect-error a call is never repeated by itself
    useUpdateProfile({ retry: 3 });
  });

  test("takes nothing where nothing is needed", () => {
    createMutationHook(ping)().mutate();
    createMutationHook(list)().mutate();
    createMutationHook(list)().mutate({ page: 2 });
    // @ts-expect-error it has no input
    createMutationHook(ping)().mutate({ page: 2 });
  });
});

test("a provider takes the params", () => {
  const UserProvider = createProvider(user);
  expectTypeOf<Parameters<typeof UserProvider>[0]["user_id"]>().toEqualTypeOf<number>();
  // @ts-expect-error user_id is missing
  UserProvider({});
});

test("a loader gets the bundle, and has to give the params", () => {
  const queryClient = new QueryClient();
  const data = queryClient.fetchQuery(bundleQueryOptions(user, { user_id: 5 }));
  expectTypeOf(data).toEqualTypeOf<Promise<UserBundle>>();
  prefetchBundle(queryClient, user, { user_id: 5 });
  // @ts-expect-error the params are required
  prefetchBundle(queryClient, user);
});
