// `client`: what one server function says about itself.
import type { StandardTypedV1 } from "@standard-schema/spec";
import type { Call, CallWithIdentity, CallWithRequest, Target } from "./call.js";
import type { Context } from "./context.js";
import type { ErrorDeclaration } from "./errors.js";
import type { Identity } from "./identity.js";
import type { Incoming } from "./incoming.js";
import type { InputSchema, Schema } from "./schema.js";
import { callerSource, type Source } from "./source.js";

/** A guard of the application's own: whether the caller may call. Its name stands in the contract. */
export type Guard = (request: Incoming, identity: Identity | null) => Promise<boolean> | boolean;

/**
 * Who may call: `"authenticated"`, `"staff"`, `"superuser"`, a permission such as `"shop.change_order"`, a list of
 * permissions that are all needed, or a function of the request and the identity that returns whether.
 */
export type Auth = Guard | string | readonly string[];

/** What a function may say about itself. */
export interface ClientOptions<
  Input extends InputSchema | undefined = InputSchema | undefined,
  Output extends Schema | undefined = Schema | undefined,
  Guarded extends Auth | undefined = Auth | undefined,
  Asks extends boolean = boolean,
  Reads extends boolean = boolean,
> {
  /** Its arguments: one schema of an object, or a schema for each. It takes nothing where none is given. */
  readonly input?: Input;
  /** Its result. It has none where none is given. */
  readonly output?: Output;
  /** For readers of the contract and of the generated client. */
  readonly doc?: string | undefined;
  /** Why not to use it any more. */
  readonly deprecated?: string | undefined;
  /** The context whose bundle it is a member of. Such a function reads, and affects nothing. */
  readonly context?: Context | string | undefined;
  /** What it changes: contexts, or single members of them. */
  readonly affects?: Target | readonly Target[] | undefined;
  /** Given the result and the arguments, the params that narrow what is affected, beyond arguments that share a name with one. */
  readonly affectsParams?:
    | ((result: ResultOf<Output>, args: ArgsOf<Input>) => Readonly<Record<string, unknown>>)
    | undefined;
  /** The contexts whose bundles its result is spliced into. */
  readonly merge?: Target | readonly Target[] | undefined;
  /** Who may call; everybody where nobody is named. */
  readonly auth?: Guarded;
  /** Whether it can be reached over a WebSocket. */
  readonly websocket?: boolean | undefined;
  /** Whether no client may call it, only the server itself. */
  readonly private?: boolean | undefined;
  /** The path of the page that it answers, with `:param` parts. */
  readonly route?: string | undefined;
  /** The HTTP methods of that page; `GET` where none are named. */
  readonly methods?: readonly string[] | undefined;
  /** The revision of its data's meaning; raise it when that changes. */
  readonly rev?: number | undefined;
  /** How many seconds its data may be cached, or `false` for not at all. */
  readonly cache?: boolean | number | undefined;
  /** Its own errors, which clients see typed. */
  readonly errors?: readonly ErrorDeclaration[] | undefined;
  /** Milliseconds after which it is answered `TIMEOUT`; 30000 where none are named. */
  readonly timeout?: number | undefined;
  /** Its name on the wire; by default that under which it is registered, in snake_case. */
  readonly name?: string | undefined;
  /** Whether it wants to know who asks. */
  readonly identity?: Asks;
  /** Whether it wants the request. A member of a context that does is not kept, unless it says `cache`. */
  readonly request?: Reads;
}

/** What a function receives as its arguments. */
export type ArgsOf<Input> = Input extends StandardTypedV1
  ? StandardTypedV1.InferOutput<Input>
  : Input extends Readonly<Record<string, Schema>>
    ? { -readonly [Name in keyof Input]: StandardTypedV1.InferOutput<Input[Name]> }
    : Record<string, never>;

/** What a function returns that returns nothing. */
export type Nothing = ReturnType<() => void>;

/** What a function returns. */
export type ResultOf<Output> = Output extends StandardTypedV1
  ? StandardTypedV1.InferOutput<Output>
  : Nothing;

/** What a function with those options receives besides its arguments. */
export type CallOf<
  Guarded extends Auth | undefined,
  Asks extends boolean,
  Reads extends boolean,
> = Call &
  (Asks extends true
    ? CallWithIdentity<Guarded extends readonly string[] | string ? Identity : Identity | null>
    : unknown) &
  (Reads extends true ? CallWithRequest : unknown);

const DEFINITION: unique symbol = Symbol("mizan.definition");

/** A function as it runs. */
export type AnyHandler = (call: never, args: never) => unknown;

/** One declared function: the callable and its options. */
export interface Definition {
  readonly handler: AnyHandler;
  readonly options: ClientOptions;
  readonly source: Source | undefined;
}

/** A declared function. It can be called as ever, by a test or by another function. */
export type Declared<Req, Args, Result> = (req: Req, args: Args) => Promise<Result> | Result;

/**
 * Declares a function that clients may call.
 *
 * @param options What it takes and returns, what it reads or changes, who may call.
 * @param handler The function: it receives the call and its arguments, and returns its result or a promise of it.
 */
export function client<
  const Input extends InputSchema | undefined = undefined,
  const Output extends Schema | undefined = undefined,
  const Guarded extends Auth | undefined = undefined,
  const Asks extends boolean = false,
  const Reads extends boolean = false,
>(
  options: ClientOptions<Input, Output, Guarded, Asks, Reads>,
  handler: (
    req: CallOf<Guarded, Asks, Reads>,
    args: ArgsOf<Input>,
  ) => Promise<ResultOf<Output>> | ResultOf<Output>,
): Declared<CallOf<Guarded, Asks, Reads>, ArgsOf<Input>, ResultOf<Output>> {
  const declared: Declared<CallOf<Guarded, Asks, Reads>, ArgsOf<Input>, ResultOf<Output>> = (
    req,
    args,
  ) => handler(req, args);
  const definition: Definition = {
    handler: handler as AnyHandler,
    options: options as unknown as ClientOptions,
    source: callerSource(client),
  };
  Object.defineProperty(declared, DEFINITION, { value: definition });
  return declared;
}

/** What `client` noted on a function, if it was declared. */
export function definitionOf(value: unknown): Definition | undefined {
  return typeof value === "function"
    ? (value as { [DEFINITION]?: Definition })[DEFINITION]
    : undefined;
}
