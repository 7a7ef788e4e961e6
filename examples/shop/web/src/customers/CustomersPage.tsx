// The list of customers: choose two, see them side by side.
import { useState } from "react";
import { useCustomerList } from "../api";
import { Link } from "../Link";
import { compareAddress } from "../routing";
import { Waiting } from "../Waiting";

export function CustomersPage() {
  const { data: customers, error } = useCustomerList();
  const [chosen, setChosen] = useState<readonly number[]>([]);
  // A third choice takes the place of the oldest, so that two is all there ever are.
  const choose = (id: number) =>
    setChosen((ids) =>
      ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id].slice(-2),
    );
  const [first, second] = chosen;

  return (
    <>
      <title>Customers · Shop</title>
      <h1 tabIndex={-1}>Customers</h1>
      <p className="lead">Choose two to see them side by side.</p>
      {customers === undefined ? (
        <Waiting error={error} />
      ) : (
        <ul className="customers">
          {customers.map((customer) => (
            <li key={customer.customer_id}>
              <label>
                <input
                  type="checkbox"
                  checked={chosen.includes(customer.customer_id)}
                  onChange={() => choose(customer.customer_id)}
                />
                <span className="name">{customer.name}</span>
                <span className="city">{customer.city}</span>
              </label>
            </li>
          ))}
        </ul>
      )}
      <p className="next">
        {first !== undefined && second !== undefined ? (
          <Link className="button" href={compareAddress(first, second)}>
            Compare
          </Link>
        ) : (
          <span className="button" aria-disabled="true">
            Compare
          </span>
        )}
        <span role="status">{chosen.length} of 2 chosen</span>
      </p>
    </>
  );
}
