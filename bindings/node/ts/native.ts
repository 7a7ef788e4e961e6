// The native half, loaded and checked: both halves of the package have to be of one version.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { platformPackage } from "./platform.js";

/** A frozen application, as the native half has it (`src/application.rs`). Steps and answers are texts. */
export interface NativeApplication {
  /** What the plain functions of a request find it by. */
  number(): number;
  functions(): string[];
  ir(): string;
  irWithSources(): string;
  manifest(): string;
  openapi(title?: string): string;
  digest(): string;
  bodyLimit(contentType?: string): number;
  owns(path: string): boolean;
  identified(number: number, answer: string): string;
  permitted(number: number, answer: string): string;
  guarded(number: number, answer: string): string;
  identity(number: number): string | null;
  requestId(number: number): string;
  expect(number: number): boolean;
  resume(number: number, answer?: string): string;
  fail(number: number, problem: string): string;
  refuseBrokenBody(): string;
  late(number: number): NativeLate | null;
  openRequests(): number;
  mwtObtain(who?: string): string;
  jwtPresent(refresh: string): string;
  jwtObtain(who?: string): Promise<string>;
  jwtRefresh(refresh: string, found?: string): Promise<string>;
  jwtRevoke(refresh: string): Promise<string>;
  takeLog(): string[];
}

/** What a function may still change that outlived its request. */
export interface NativeLate {
  ended(announced: string): string[];
}

/** Keys, as the native half has them (`src/keyring.rs`). Times are whole seconds. */
export interface NativeKeyring {
  /** What the plain functions of tokens find it by. */
  number(): number;
  kids(purpose: string): string[];
}

interface Native {
  readonly Application: new (
    document: string,
    settings: string,
    secrets: Uint8Array[],
    wake: (number: number) => void,
  ) => NativeApplication;
  readonly CONTRACT: number;
  readonly Keyring: new (
    settings: string,
    secrets: Uint8Array[],
    audience: string,
  ) => NativeKeyring;
  /** Begins a request of the application with that number (`src/live.rs`). */
  open(application: number, head: string, secure: boolean): string;
  /** The same for a request that has a body. */
  openWith(application: number, head: string, body: Uint8Array, secure: boolean): string;
  /** As both, with what is otherwise the clock's and random, for tests. */
  openAt(
    application: number,
    head: string,
    body: Uint8Array | undefined,
    secure: boolean,
    nonce: string,
    now: number,
    random?: Uint8Array,
  ): string;
  /** Answers how the functions of a request ended: a text of each, parted by `BETWEEN` (`src/answer.rs`). */
  returned(application: number, number: number, answers: string): string;
  /** The form of replies that has that character (`src/forms.rs`). */
  replyForm(application: number, character: number): string;
  /** `permissions` is a JSON list, or empty; of `flags` one is staff, two is superuser. */
  mintMwt(
    keyring: number,
    sub: string,
    permissions: string,
    flags: number,
    now: number,
    life: number,
  ): string;
  mintAccess(
    keyring: number,
    sub: string,
    jti: string,
    flags: number,
    now: number,
    life: number,
  ): string;
  mintRefresh(
    keyring: number,
    sub: string,
    jti: string,
    fam: string,
    now: number,
    life: number,
  ): string;
  /** `kind` is 0 for `mwt`, 1 for `access`, 2 for `refresh`. */
  verify(keyring: number, kind: number, token: string, now: number, leeway: number): string;
  permissionKey(permissions: string[], staff: boolean, superuser: boolean): string;
  tokenTimes(): number[];
  runCommandLine(parts: string[]): number;
}

const CONTRACT = 6;

function load(): Native {
  const require = createRequire(import.meta.url);
  const within = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
  // A checkout runs what was built in it, never what the registry has; a published package runs what was published with it,
  // never what happens to lie beside it.
  const isCheckout = existsSync(within("ts"));
  const { name } = platformPackage();
  try {
    return require(isCheckout ? within("mizan.node") : name) as Native;
  } catch (error) {
    const help = isCheckout
      ? "build it, with Rust: npm rebuild @mizan/server"
      : `install ${name}; where none is published, install @mizan/server from a checkout, with Rust`;
    throw new Error(`@mizan/server has no native half for this platform\n  help: ${help}`, {
      cause: error,
    });
  }
}

/** The native half. */
export const native: Native = load();

if (native.CONTRACT !== CONTRACT) {
  throw new Error(
    `@mizan/server's TypeScript half speaks contract ${CONTRACT}, its native half ${native.CONTRACT}: two versions are ` +
      "mixed.\n  help: install it anew; from a checkout, run `npm rebuild @mizan/server`",
  );
}
