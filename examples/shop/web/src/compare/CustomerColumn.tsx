// One customer: profile, orders, and the two forms that change them.
import { useId } from "react";
import { type OrderEntry, useCustomerContext, useCustomerList } from "../api";
import { day, euro } from "../formats";
import { Waiting } from "../Waiting";
import { OrderForm } from "./OrderForm";
import { RenameForm } from "./RenameForm";

interface CustomerColumnProps {
  customerId: number;
  /** Called with another customer's id, to show that one here. */
  show: (customerId: number) => void;
}

export function CustomerColumn({ customerId, show }: CustomerColumnProps) {
  const { data, error } = useCustomerContext({ customer_id: customerId });
  const heading = useId();
  if (data === undefined) {
    return (
      <article className="customer">
        <Waiting error={error} />
      </article>
    );
  }
  const { customer_profile: profile, customer_orders: orders } = data;
  return (
    <article className="customer" aria-labelledby={heading}>
      <header>
        <h2 id={heading}>{profile.name}</h2>
        <CustomerSelect customerId={customerId} show={show} />
      </header>
      <dl>
        <div>
          <dt>City</dt>
          <dd>{profile.city}</dd>
        </div>
        <div>
          <dt>Since</dt>
          <dd>{day(profile.member_since)}</dd>
        </div>
        <div>
          <dt>Spent</dt>
          <dd className="amount">{euro(profile.spent)}</dd>
        </div>
      </dl>
      <RenameForm customerId={customerId} name={profile.name} />
      <section aria-label="Orders">
        <h3>Orders</h3>
        <Orders orders={orders} />
      </section>
      <OrderForm customerId={customerId} />
    </article>
  );
}

function CustomerSelect({ customerId, show }: CustomerColumnProps) {
  const { data: customers = [] } = useCustomerList();
  return (
    <select
      aria-label="Show another customer here"
      value={customerId}
      onChange={(event) => show(Number(event.target.value))}
    >
      {customers.map((customer) => (
        <option key={customer.customer_id} value={customer.customer_id}>
          {customer.name}
        </option>
      ))}
    </select>
  );
}

function Orders({ orders }: { orders: readonly OrderEntry[] }) {
  if (orders.length === 0) return <p className="waiting">None yet.</p>;
  return (
    <ul className="orders">
      {orders.map((order) => (
        <li key={order.order_id}>
          <span className="what">
            {order.quantity} × {order.product}
          </span>
          <span className="amount">{euro(order.total)}</span>
          <span className="aside">
            {day(order.ordered_on)}
            {order.note !== "" && ` · ${order.note}`}
          </span>
        </li>
      ))}
    </ul>
  );
}
