// @vitest-environment node
import { bundleSize } from "@mizan/kernel/testing/size";
import { expect, test } from "vitest";

const QUERY = `
  import * as query from "@tanstack/react-query";
  globalThis.query = [query.QueryClient, query.QueryClientProvider, query.useMutation, query.useQuery, query.useQueryClient];`;

const HOOKS = `
  import * as hooks from "generated:hooks";
  globalThis.hooks = [hooks.Thing3Provider, hooks.useThing3, hooks.useThing3Context, hooks.useThing4, hooks.useThing5,
    hooks.useUpdateThing1, hooks.useUpdateThing2];`;

test("an app with seven hooks of over 1,000 carries at most 3.68 KB beyond TanStack Query", async () => {
  const [without, whole] = await Promise.all([
    bundleSize(QUERY, import.meta.dirname),
    bundleSize(QUERY + HOOKS, import.meta.dirname),
  ]);
  expect(whole - without).toBeGreaterThan(1000);
  expect(whole - without).toBeLessThanOrEqual(3680);
});
