// The kernel's public face.
export type { CallOptions } from "./call-options.js";
export { type Client, type ClientOptions, createClient, type Transport } from "./client.js";
export { configure } from "./configure.js";
export { defineContext, type MizanContext, readBundle } from "./context.js";
export { invalidate, type ShownBundle, watchBundles } from "./desk.js";
export { type ErrorFacts, MizanError, type ProtocolCode, type ProtocolError } from "./error.js";
export type { Change, ClientEvent, Listener, WireRequest } from "./events.js";
export { fieldErrors } from "./field-errors.js";
export {
  type Decoder,
  defineFunction,
  defineMergingFunction,
  type InputParameters,
  type MizanFunction,
} from "./function.js";
export type {
  Credentials,
  Fetch,
  FetchInit,
  FetchResponse,
  PlatformForm,
  PlatformSignal,
  Signal,
} from "./platform.js";
export { spliceBundle } from "./splice.js";
export { bundleParams, isSameBundle, overlaps } from "./target.js";
export { authenticate, type Token, type TokenOptions } from "./tokens.js";
export { packFiles } from "./upload.js";
export type { Bundle, BundleName, Detail, Merge, Target, Values } from "./wire.js";
