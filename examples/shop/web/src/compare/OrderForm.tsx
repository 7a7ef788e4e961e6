// An order for a customer. The server checks it; every problem lands at its field, and nothing typed is lost.
import { type FormEvent, useState } from "react";
import { usePlaceOrder, useProductList } from "../api";
import { euro } from "../formats";
import { Field } from "../forms/Field";
import { FormProblem } from "../forms/FormProblem";
import { problemsOf } from "../forms/problems";

const EMPTY = { product: "1", quantity: "1", note: "" };

export function OrderForm({ customerId }: { customerId: number }) {
  const [draft, setDraft] = useState(EMPTY);
  const { data: products = [] } = useProductList();
  const order = usePlaceOrder();
  const problems = problemsOf(order.error, { OUT_OF_STOCK: "quantity" });
  const change = (part: Partial<typeof EMPTY>) => setDraft((before) => ({ ...before, ...part }));

  const submit = (event: FormEvent) => {
    event.preventDefault();
    order.mutate(
      {
        customer_id: customerId,
        product_id: Number(draft.product),
        quantity: Number(draft.quantity),
        note: draft.note,
      },
      { onSuccess: () => setDraft(EMPTY) },
    );
  };
  return (
    <form className="order" onSubmit={submit} aria-label="Order">
      <h3>Order something</h3>
      <Field label="Product" problem={problems.fields["product_id"]}>
        {(tie) => (
          <select
            {...tie}
            value={draft.product}
            onChange={(event) => change({ product: event.target.value })}
          >
            {products.map((product) => (
              <option key={product.product_id} value={product.product_id}>
                {product.name} · {euro(product.price)} · {product.stock} left
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Quantity" problem={problems.fields["quantity"]}>
        {(tie) => (
          <input
            {...tie}
            // The browser sees to it that this is a number at all; which ones are allowed, the server says.
            type="number"
            step="any"
            required
            value={draft.quantity}
            onChange={(event) => change({ quantity: event.target.value })}
          />
        )}
      </Field>
      <Field label="Note" problem={problems.fields["note"]}>
        {(tie) => (
          <input
            {...tie}
            value={draft.note}
            autoComplete="off"
            onChange={(event) => change({ note: event.target.value })}
          />
        )}
      </Field>
      <button type="submit" disabled={order.isPending}>
        Order
      </button>
      <FormProblem text={problems.form} />
      <p role="status" className="done">
        {order.data && `Ordered ${order.data.quantity} × ${order.data.product}.`}
      </p>
    </form>
  );
}
