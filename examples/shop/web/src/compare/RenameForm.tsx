// Another name for a customer. What it touches refreshes by itself.
import { type FormEvent, useState } from "react";
import { useRenameCustomer } from "../api";
import { Field } from "../forms/Field";
import { FormProblem } from "../forms/FormProblem";
import { problemsOf } from "../forms/problems";

export function RenameForm({ customerId, name }: { customerId: number; name: string }) {
  // Until somebody types, the field follows the customer's present name.
  const [draft, setDraft] = useState<string>();
  const rename = useRenameCustomer();
  const problems = problemsOf(rename.error, { NAME_TAKEN: "name" });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate(
      { customer_id: customerId, name: draft ?? name },
      { onSuccess: () => setDraft(undefined) },
    );
  };
  return (
    <form className="rename" onSubmit={submit} aria-label="Rename">
      <Field label="Name" problem={problems.fields["name"]}>
        {(tie) => (
          <input
            {...tie}
            value={draft ?? name}
            autoComplete="off"
            onChange={(event) => setDraft(event.target.value)}
          />
        )}
      </Field>
      <button type="submit" disabled={rename.isPending}>
        Rename
      </button>
      <FormProblem text={problems.form} />
    </form>
  );
}
