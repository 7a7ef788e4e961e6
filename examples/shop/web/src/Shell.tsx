// What stays on every page: the bar above, the log beside.
import { type ReactNode, useEffect, useRef } from "react";
import { ActivityLog } from "./activity/ActivityLog";
import { ComparePage } from "./compare/ComparePage";
import { CustomersPage } from "./customers/CustomersPage";
import { Link } from "./Link";
import { NotFoundPage } from "./NotFoundPage";
import { type Page, usePage } from "./routing";

export function Shell() {
  const page = usePage();
  const main = useRef<HTMLElement>(null);
  const kind = useRef(page.kind);
  useEffect(() => {
    // A new page is read from its heading on, as it is after a real load.
    if (kind.current === page.kind) return;
    kind.current = page.kind;
    window.scrollTo(0, 0);
    main.current?.querySelector("h1")?.focus({ preventScroll: true });
  }, [page.kind]);
  return (
    <>
      <header className="bar">
        <Link href="/" className="brand">
          <img src="/icon.svg" alt="" width="28" height="28" />
          Shop
        </Link>
        <nav aria-label="Pages">
          <Link href="/" aria-current={page.kind === "customers" ? "page" : undefined}>
            Customers
          </Link>
        </nav>
      </header>
      <div className="frame">
        <main ref={main}>{show(page)}</main>
        <ActivityLog />
      </div>
    </>
  );
}

function show(page: Page): ReactNode {
  switch (page.kind) {
    case "customers":
      return <CustomersPage />;
    case "compare":
      return <ComparePage first={page.first} second={page.second} />;
    case "unknown":
      return <NotFoundPage />;
  }
}
