// The public face of the React binding.
export { bundleQueryOptions } from "@mizan/kernel/query";
export {
  createMutationHook,
  type MutationHook,
  type MutationInput,
  type MutationOptions,
} from "./mutation-hook.js";
export { prefetchBundle } from "./prefetch.js";
export { createProvider } from "./provider.js";
export {
  type BundleHook,
  createBundleHook,
  createSlotHook,
  createSuspenseBundleHook,
  createSuspenseSlotHook,
  type ReadOptions,
  type SlotHook,
  type SuspenseBundleHook,
  type SuspenseReadOptions,
  type SuspenseSlotHook,
} from "./read-hooks.js";
