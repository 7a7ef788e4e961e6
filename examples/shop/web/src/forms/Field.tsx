// One labelled input of a form, with the problem that the server found in it.
import { type ReactNode, useId } from "react";

/** What ties an input to its label and to its problem. */
export interface Tie {
  id: string;
  "aria-invalid"?: true;
  "aria-describedby"?: string;
}

interface FieldProps {
  label: string;
  problem: string | undefined;
  /** Draws the input, with the tie spread over it. */
  children: (tie: Tie) => ReactNode;
}

export function Field({ label, problem, children }: FieldProps) {
  const id = useId();
  const tie: Tie =
    problem === undefined
      ? { id }
      : { id, "aria-invalid": true, "aria-describedby": `${id}-problem` };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(tie)}
      {problem !== undefined && (
        <p className="problem" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  );
}
