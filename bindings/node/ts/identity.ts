// Who is calling.

/** Who is calling, as the core sees it: what guards decide by (AUTH-1). */
export interface Identity {
  /** The caller's id. Always text: a number would lose digits in some clients. */
  readonly sub: string;
  readonly staff: boolean;
  readonly superuser: boolean;
  /** Names such as `shop.change_order`. */
  readonly permissions: ReadonlySet<string>;
  /** The id of the session, where there is one: the token against forged requests is bound to it, else to `sub`. */
  readonly session: string | null;
  /** What said so: the application itself, or a token. */
  readonly proof: "access" | "mwt" | "session";
}

/** What an application says of who is calling; all but `sub` has a default. */
export interface Caller {
  readonly sub: string;
  readonly staff?: boolean;
  readonly superuser?: boolean;
  /**
   * What it is allowed; nothing by default. `null` leaves that open (AUTH-15): the application's `permissions` is asked then,
   * and only where a guard or a function wants to know.
   */
  readonly permissions?: Iterable<string> | null;
  readonly session?: string | null;
}

function wrong(name: string, wanted: string, value: unknown): TypeError {
  return new TypeError(
    `the ${name} of an identity is ${wanted}, not ${value === null ? "null" : typeof value}`,
  );
}

/**
 * The text in which the native half reads a caller.
 *
 * Throws a `TypeError` for what the core could not read; a number as `sub` is the usual mistake.
 */
export function callerText(caller: Caller): string {
  const { sub, staff = false, superuser = false, permissions = [], session = null } = caller;
  if (typeof sub !== "string") throw wrong("sub", "text", sub);
  if (session !== null && typeof session !== "string") throw wrong("session", "text", session);
  if (typeof staff !== "boolean") throw wrong("staff", "true or false", staff);
  if (typeof superuser !== "boolean") throw wrong("superuser", "true or false", superuser);
  const names = permissions === null ? null : permissionNames(permissions);
  return JSON.stringify([sub, staff, superuser, names, session]);
}

/** The names of permissions, as a list. Throws a `TypeError` where they are none. */
export function permissionNames(permissions: Iterable<string>): string[] {
  const names = typeof permissions === "string" ? [] : [...permissions];
  if (typeof permissions === "string" || !names.every((name) => typeof name === "string")) {
    throw new TypeError("permissions are a collection of names");
  }
  return names;
}

/** Reads what the native half says of a caller. */
export function readIdentity(text: string | null): Identity | null {
  if (text === null) return null;
  const [sub, staff, superuser, permissions, session, proof] = JSON.parse(text) as [
    string,
    boolean,
    boolean,
    string[],
    string | null,
    Identity["proof"],
  ];
  return { permissions: new Set(permissions), proof, session, staff, sub, superuser };
}

/** The text of an identity, as `readIdentity` reads it. */
export function identityText(identity: Identity | null): string | undefined {
  if (identity === null) return undefined;
  const { permissions, proof, session, staff, sub, superuser } = identity;
  return JSON.stringify([sub, staff, superuser, [...permissions], session, proof]);
}
