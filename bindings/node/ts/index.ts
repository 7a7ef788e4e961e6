// `@mizan/server`: Mizan on Node and Bun.
export type { Call, CallWithIdentity, CallWithRequest, Target } from "./call.js";
export {
  type ArgsOf,
  type Auth,
  type CallOf,
  type ClientOptions,
  client,
  type Declared,
  type Guard,
  type ResultOf,
} from "./client.js";
export { Context, type ContextOptions, context } from "./context.js";
export {
  Conflict,
  DeclaredError,
  type DeclaredErrorClass,
  type DeclaredErrorOptions,
  declareError,
  type ErrorDeclaration,
  type FieldPath,
  Forbidden,
  Invalid,
  MizanError,
  NotFound,
  type ProtocolCode,
  RateLimited,
  RegistrationError,
  type RetryOptions,
  Unauthenticated,
  Unavailable,
} from "./errors.js";
export type { Middleware } from "./express.js";
export type { Caller, Identity } from "./identity.js";
export type { Incoming } from "./incoming.js";
export { createMizan, type Mizan, type MizanOptions } from "./mizan.js";
export type { NodeListener } from "./node.js";
export type { Limits } from "./registration.js";
export type { InputSchema, Schema } from "./schema.js";
export type { Identify, Log, Permissions } from "./serving.js";
export type { Cache, Keys, Purpose, Secret, TokenFunction, Tokens } from "./settings.js";
export {
  type AccessToken,
  type IdentityToken,
  Keyring,
  type KeyringOptions,
  type MintAccessOptions,
  type MintMwtOptions,
  type MintOptions,
  type MintRefreshOptions,
  type RefreshToken,
  TokenRefused,
  type TokenTimes,
  type VerifyOptions,
} from "./tokens.js";
export { Upload, type UploadOptions, upload, uploads } from "./upload.js";
