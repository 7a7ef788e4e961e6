// Uses the hooks as an application would. Each `@ts-expect-error` is a wrong use that the types have to refuse.
import type { JSX } from "react";
import {
  CustomerProvider,
  useCatalogSearch,
  useCatalogSize,
  useCustomer,
  useCustomerContext,
  useCustomerLedger,
  useDelete,
  useEcho,
  useSuspenseCustomer,
  useUpdateCustomer,
} from "./react";

export function Profile({ id }: { readonly id: number }): JSX.Element {
  const { data: customer } = useCustomer({ customer_id: id });
  const { data: ledger } = useCustomerLedger({ customer_id: id });
  const balance: bigint | undefined = ledger?.balance;
  const { data: bundle, error } = useCustomerContext({ customer_id: id });
  const open = useCustomerContext(
    { customer_id: id },
    { select: ({ customer_orders }) => customer_orders.filter(({ status }) => status === "open") },
  );
  const totals: string[] | undefined = open.data?.map(({ total }) => total);
  // @ts-expect-error a text is no integer.
  useCustomer({ customer_id: "1" });
  // @ts-expect-error a member that the bundle does not have.
  bundle?.secret;
  // @ts-expect-error what may not be there yet.
  customer.name;
  if (error?.code === "GONE") return <p>gone</p>;
  return (
    <CustomerProvider customer_id={id}>
      {customer?.name} {String(balance)} {totals}
      <Rename />
    </CustomerProvider>
  );
}

function Rename(): JSX.Element {
  // Inside the provider no params are needed.
  const { data: customer } = useSuspenseCustomer();
  const rename = useUpdateCustomer({ onSuccess: ({ name }) => name.length });
  const remove = useDelete();
  const { error } = rename;
  const suggestions: string[] = error?.code === "NAME_TAKEN" ? error.data.suggestions : [];
  // @ts-expect-error `name` belongs into `changes`.
  rename.mutate({ customer_id: 1, name: "Ada" });
  // @ts-expect-error it takes something.
  remove.mutate();
  return (
    <button
      type="button"
      onClick={() => rename.mutate({ changes: { name: "Ada" }, customer_id: customer.id })}
    >
      {suggestions}
    </button>
  );
}

export function Search(): JSX.Element {
  const { data } = useCatalogSearch({ category: "books" });
  const { data: size } = useCatalogSize();
  const echo = useEcho();
  // @ts-expect-error a value that the enum does not have.
  useCatalogSearch({ category: "films" });
  // @ts-expect-error the provider needs the param.
  const provider = <CustomerProvider>{null}</CustomerProvider>;
  return (
    <p>
      {data?.hits.map(({ sku }) => sku)} of {size} {echo.status} {provider}
    </p>
  );
}
