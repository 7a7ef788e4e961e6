// `createMizan`: the functions of an application, ready to be served.

import { RegistrationError } from "./errors.js";
import { type Middleware, middlewareOf } from "./express.js";
import { native } from "./native.js";
import { answerNode, type NodeListener } from "./node.js";
import { collect, type Limits, register } from "./registration.js";
import { type Identify, type Log, type Permissions, Serving } from "./serving.js";
import { type Cache, type Keys, type Secret, settingsOf, type Tokens } from "./settings.js";
import { TokenFunctions } from "./token-functions.js";
import { answerFetch } from "./web.js";

/** What an application is made of. */
export interface MizanOptions {
  /** Functions that are declared by `client`, by the names under which they are registered: `userProfile` is `user_profile`. */
  readonly functions?: Readonly<Record<string, unknown>>;
  /** Namespaces of modules (`import * as clients from …`), all of whose declared functions are meant. */
  readonly modules?: readonly Readonly<Record<string, unknown>>[];
  /** Finds out who asks; called only where that matters. */
  readonly identify?: Identify;
  /**
   * What a caller is allowed now, given its `sub`; asked where `identify` leaves it open (`permissions: null`), and for
   * callers whom a token names, in place of what `tokens` say.
   */
  readonly permissions?: Permissions;
  /** The path below which the protocol is served. Default `/api/mizan`. */
  readonly base?: string;
  /** Whether `{base}/ir/` shows the IR; for development. Default false. */
  readonly exposeIr?: boolean;
  /** The limits of a request that differ from the protocol's. */
  readonly limits?: Limits;
  /**
   * At least 32 bytes that everything that is signed derives its key from, or several, the newest first. Default: what the
   * environment variable `MIZAN_SECRET` holds, and those that it replaced in `MIZAN_SECRET_OLD`.
   */
  readonly secret?: Secret | readonly Secret[];
  /** Keys of their own for some purposes, in place of derived ones. */
  readonly keys?: Keys;
  /** The origin cache, or only its store: `memory`, or `redis://…`. By default bundles are not kept. */
  readonly cache?: Cache | string;
  /** The tokens that say who asks. By default none is taken. */
  readonly tokens?: Tokens;
  /**
   * Whether requests that rest on a cookie have to carry the token of `session/`. Default: where there are a secret and an
   * `identify`.
   */
  readonly csrf?: boolean;
  /** Origins other than the server's own whose pages may send requests. */
  readonly trustedOrigins?: readonly string[];
  /** Where the log goes. Default `console`. */
  readonly log?: Log;
}

/** An application that is ready to be served. */
export interface Mizan {
  /** Answers a request: the ground floor, for Hono, Bun, Next, SvelteKit and whatever else speaks `fetch`. */
  fetch(this: void, request: Request): Promise<Response>;
  /** A listener for `http.createServer`. */
  readonly node: NodeListener;
  /** A middleware for Express and Connect. */
  express(this: void): Middleware;
  /** Whether the protocol answers that path. */
  owns(this: void, path: string): boolean;
  /** The IR as KDL. */
  ir(this: void): string;
  /** The IR, and below it a comment line for each function that says where it was declared. */
  irWithSources(this: void): string;
  /** The edge manifest: what an edge has to know to purge what a mutation makes stale. Canonical JSON. */
  manifest(this: void): string;
  /** The application as OpenAPI 3.1, canonical JSON. Its version is the digest of the IR. */
  openapi(this: void, title?: string): string;
}

/**
 * Freezes functions into an application.
 *
 * Throws a `RegistrationError` where something declared cannot be served; its text lists every problem with file and line.
 */
export function createMizan(options: MizanOptions): Mizan {
  const { tokens } = options;
  const settings = told(() =>
    settingsOf({
      cache: options.cache,
      csrf: options.csrf,
      hasSessions: options.identify !== undefined,
      keys: options.keys,
      secret: options.secret,
      tokens,
      trustedOrigins: options.trustedOrigins ?? [],
    }),
  );
  const handedOut = tokens && new TokenFunctions(tokens);
  const functions = { ...options.functions, ...handedOut?.functions };
  const registration = register(collect(functions, options.modules ?? []), {
    base: options.base ?? "/api/mizan",
    exposeIr: options.exposeIr ?? false,
    limits: options.limits,
  });
  const find = tokens?.find;
  const found = async (sub: string) => (await find?.(sub))?.permissions ?? [];
  const serving = told(
    () =>
      new Serving(
        (wake) =>
          new native.Application(registration.document, settings.text, settings.secrets, wake),
        registration,
        {
          identify: options.identify,
          log: options.log ?? console,
          permissions: options.permissions ?? tokens?.permissions ?? (find && found),
        },
      ),
  );
  const held = serving.native;
  handedOut?.bind(held);
  return {
    express: () => middlewareOf(serving),
    fetch: (request) => answerFetch(serving, request),
    ir: () => held.ir(),
    irWithSources: () => held.irWithSources(),
    manifest: () => held.manifest(),
    node: (request, response) => answerNode(serving, request, response),
    openapi: (title) => held.openapi(title),
    owns: (path) => held.owns(path),
  };
}

/** What `make` makes; what cannot be made is a problem of the registration. */
function told<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new RegistrationError(error instanceof Error ? error.message : String(error));
  }
}
