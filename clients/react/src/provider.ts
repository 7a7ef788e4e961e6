// Params of a context given once for a whole subtree.
import type { MizanContext, MizanError } from "@mizan/kernel";
import { bundleParams } from "@mizan/kernel";
import {
  type Context,
  createContext,
  createElement,
  type FunctionComponent,
  type ReactNode,
  useContext,
} from "react";

/** By context. The value is a text, so that a provider that renders with equal params renders no reader again. */
const provided: WeakMap<object, Context<string | undefined>> = /* @__PURE__ */ new WeakMap();

function providedParams(context: object): Context<string | undefined> {
  const made = provided.get(context) ?? createContext<string | undefined>(undefined);
  provided.set(context, made);
  return made;
}

/**
 * Makes the provider of a context: `<UserProvider user_id={5}>`. Hooks of that context that are called without params
 * inside it use these. A param named `children`, `key` or `ref` cannot be given so, since React keeps those names.
 */
export function createProvider<Params, Bundle, Failure extends MizanError>(
  context: MizanContext<Params, Bundle, Failure>,
): FunctionComponent<Params & { readonly children?: ReactNode }> {
  return function MizanProvider({ children, ...params }) {
    return createElement(
      providedParams(context).Provider,
      { value: JSON.stringify(bundleParams(params)) },
      children,
    );
  };
}

/** The params to read with: those given, else the provider's. Throws where there are none and the context needs some. */
export function useParams<Params, Bundle, Failure extends MizanError>(
  context: MizanContext<Params, Bundle, Failure>,
  params: Params | undefined,
): Params | undefined {
  const around = useContext(providedParams(context));
  const used = params ?? (around ? (JSON.parse(around) as Params) : undefined);
  if (!used && context.required.length) {
    throw new Error(
      `${context.context}: give ${context.required.join(", ")} by params or a provider.`,
    );
  }
  return used;
}
