// Contexts: named groups of read functions that are fetched as one bundle.

/** What a context may say about itself. */
export interface ContextOptions {
  /** Whether its content is the same whoever asks, so that shared caches may keep it. Default false. */
  readonly public?: boolean;
  /** Whether its content depends on nobody but the caller, so that a mutation refreshes the caller's alone. Default false. */
  readonly identity?: boolean;
}

/** A named group of read functions: fetched together as one bundle, cached and invalidated together. */
export class Context {
  readonly name: string;
  readonly public: boolean;
  readonly identity: boolean;

  constructor(name: string, options: ContextOptions) {
    this.name = name;
    this.public = options.public ?? false;
    this.identity = options.identity ?? false;
    Object.freeze(this);
  }
}

/**
 * Declares a context. Two of one name and equal options are the same.
 *
 * @param name `[a-z][a-z0-9_]*`, as it stands in URLs and in the generated client.
 * @param options Whether it is public, or the caller's.
 */
export function context(name: string, options: ContextOptions = {}): Context {
  return new Context(name, options);
}
