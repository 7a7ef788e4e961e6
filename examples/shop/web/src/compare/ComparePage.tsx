// Two customers side by side, each with its own bundle.
import { compareAddress, goTo } from "../routing";
import { CustomerColumn } from "./CustomerColumn";

export function ComparePage({ first, second }: { first: number; second: number }) {
  return (
    <>
      <title>Compare · Shop</title>
      <h1 tabIndex={-1}>Side by side</h1>
      <p className="lead">
        Rename one of them, or order something: the log says what was fetched anew, and what was
        not.
      </p>
      <div className="columns">
        <CustomerColumn
          key={`first-${first}`}
          customerId={first}
          show={(id) => goTo(compareAddress(id, second))}
        />
        <CustomerColumn
          key={`second-${second}`}
          customerId={second}
          show={(id) => goTo(compareAddress(first, id))}
        />
      </div>
    </>
  );
}
