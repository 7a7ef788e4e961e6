// An address that shows nothing.
import { Link } from "./Link";

export function NotFoundPage() {
  return (
    <>
      <title>Not found · Shop</title>
      <h1 tabIndex={-1}>Nothing is here</h1>
      <p className="lead">
        <Link href="/">All customers</Link>
      </p>
    </>
  );
}
