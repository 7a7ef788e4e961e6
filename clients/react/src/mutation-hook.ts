// The hook of a function that changes something.
import type { MizanError, MizanFunction } from "@mizan/kernel";
import {
  type UseMutationOptions,
  type UseMutationResult,
  useMutation,
} from "@tanstack/react-query";

/** What `mutate` takes: nothing where there is no input, an optional one where nothing in it is required. */
export type MutationInput<Input> = [undefined] extends [Input]
  ? NoInput
  : Record<never, never> extends Input
    ? Input | NoInput
    : Input;

// biome-ignore lint/suspicious/noConfusingVoidType: only a parameter of type void may be left out of TanStack's mutate.
type NoInput = void;

/** TanStack's options for a mutation. A call is never repeated by itself, so `retry` is not among them. */
export type MutationOptions<Input, Output, Failure, Context = unknown> = Omit<
  UseMutationOptions<Output, Failure, MutationInput<Input>, Context>,
  "mutationFn" | "retry" | "retryDelay"
>;

/** Calls a function on demand. What it affects is up to date, or on its way, when it succeeds. */
export type MutationHook<Input, Output, Failure> = <Context = unknown>(
  options?: MutationOptions<Input, Output, Failure, Context>,
) => UseMutationResult<Output, Failure, MutationInput<Input>, Context>;

/** Makes the hook of a function. */
export function createMutationHook<Input, Output, Failure extends MizanError>(
  fn: MizanFunction<Input, Output, Failure>,
): MutationHook<Input, Output, Failure> {
  const call = fn as unknown as (input: unknown) => Promise<Output>;
  return (options) => useMutation({ ...options, mutationFn: (input) => call(input), retry: false });
}
