// Addresses of the page: reading them, and moving between them by the History API.
import { useSyncExternalStore } from "react";

/** What an address shows. */
export type Page =
  | { kind: "customers" }
  | { kind: "compare"; first: number; second: number }
  | { kind: "unknown" };

const COMPARE = /^\/compare\/([1-9]\d{0,8})\/([1-9]\d{0,8})\/?$/;

/** The page of a path such as `/compare/1/2`. */
export function pageOf(path: string): Page {
  if (path === "/") return { kind: "customers" };
  const ids = COMPARE.exec(path);
  return ids
    ? { kind: "compare", first: Number(ids[1]), second: Number(ids[2]) }
    : { kind: "unknown" };
}

/** The address of two customers side by side. */
export function compareAddress(first: number, second: number): string {
  return `/compare/${first}/${second}`;
}

const MOVED = "shop:moved";

/** Go to another address; Back returns. */
export function goTo(address: string): void {
  if (address === window.location.pathname) return;
  window.history.pushState(null, "", address);
  window.dispatchEvent(new Event(MOVED));
}

/** The page of the present address; a component that asks follows every move. */
export function usePage(): Page {
  return pageOf(useSyncExternalStore(onMove, () => window.location.pathname));
}

function onMove(moved: () => void): () => void {
  // The browser says `popstate` for Back and Forward alone, so a push says it by an event of its own.
  const names = ["popstate", MOVED];
  for (const name of names) window.addEventListener(name, moved);
  return () => {
    for (const name of names) window.removeEventListener(name, moved);
  };
}
