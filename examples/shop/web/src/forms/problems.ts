// From a failed mutation to words at the right place of its form.
import { fieldErrors, type MizanError } from "@mizan/kernel";

/** An error, spread over its form. */
export interface Problems {
  /** By the name of the argument. */
  readonly fields: Readonly<Record<string, string>>;
  /** What belongs to no single field. */
  readonly form: string | undefined;
}

/**
 * Where each part of an error is shown.
 *
 * @param placed the argument that a declared error is about, by the error's code
 */
export function problemsOf(
  error: MizanError | null,
  placed: Readonly<Record<string, string>>,
): Problems {
  if (error === null) return { fields: {}, form: undefined };
  const field = placed[error.code];
  if (field !== undefined) return { fields: { [field]: error.message }, form: undefined };
  if (error.code === "VALIDATION") {
    const fields = Object.entries(fieldErrors(error)).map(([name, messages]) => [
      name,
      messages.join(", "),
    ]);
    return { fields: Object.fromEntries(fields), form: undefined };
  }
  return { fields: {}, form: `${wording(error)} What you typed is still here.` };
}

function wording(error: MizanError): string {
  switch (error.code) {
    case "INTERNAL":
      return `The server failed (its log has it under ${error.id}).`;
    case "NETWORK":
      return "The server did not answer.";
    default:
      return error.message;
  }
}
