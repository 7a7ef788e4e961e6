// From a failed mutation to words at the right place of its form.

/** What every error of a generated function has, whichever its code. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** Where a validation error points, and what it says. */
interface Detail {
  readonly message: string;
  readonly path: readonly (string | number)[];
}

/** A failure, spread over its form. */
export interface Problems {
  /** By the name of the argument. */
  readonly fields: Readonly<Record<string, string>>;
  /** What belongs to no single field. */
  readonly form: string | undefined;
}
