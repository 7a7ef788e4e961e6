// What codegen would generate of hooks for the shop, and what every hook test needs around it.
import { type Client, createClient } from "@mizan/kernel";
import { type Api, shopApi, type TestServer } from "@mizan/kernel/testing";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createElement, type ReactNode } from "react";
import {
  createBundleHook,
  createMutationHook,
  createProvider,
  createSlotHook,
  createSuspenseBundleHook,
  createSuspenseSlotHook,
} from "../src/index.js";

/** The hooks over an API. */
export function shopHooks(api: Api) {
  return {
    UserProvider: createProvider(api.userContext),
    useAddNote: createMutationHook(api.addNote),
    useAddOrder: createMutationHook(api.addOrder),
    useBoardContext: createBundleHook(api.boardContext),
    useBoardNotes: createSlotHook(api.boardContext, "board_notes"),
    useFail: createMutationHook(api.fail),
    useSaveAvatar: createMutationHook(api.saveAvatar),
    useSearchContext: createBundleHook(api.searchContext),
    useSuspenseUserContext: createSuspenseBundleHook(api.userContext),
    useSuspenseUserProfile: createSuspenseSlotHook(api.userContext, "user_profile"),
    useUpdateProfile: createMutationHook(api.updateProfile),
    useUserContext: createBundleHook(api.userContext),
    useUserOrders: createSlotHook(api.userContext, "user_orders"),
    useUserProfile: createSlotHook(api.userContext, "user_profile"),
    useWealthContext: createBundleHook(api.wealthContext),
    useWealthTotal: createSlotHook(api.wealthContext, "wealth_total"),
  };
}

/** One app against a server. */
export function shopApp(server: TestServer) {
  const client: Client = createClient({ base: server.base });
  const api = shopApi(client);
  const queryClient = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) =>
    createElement(QueryClientProvider, { client: queryClient }, children);
  return { api, client, hooks: shopHooks(api), queryClient, wrapper };
}
