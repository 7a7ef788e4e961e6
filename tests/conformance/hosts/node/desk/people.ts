// Who asks: the header `X-User` or the cookie `desk_user` names them. A real application has real sessions.
import { type Caller, type Incoming, Unauthenticated } from "@mizan/server";

const PERMISSIONS = new Map([
  ["ada", ["desk.edit", "desk.read"]],
  ["eve", ["desk.read"]],
]);

/** Ada is staff, root a superuser, an empty name an invalid one. */
export function identify(request: Incoming): Caller | null {
  const header = request.headers.get("x-user");
  if (header === "") throw new Unauthenticated("That is nobody.");
  const name = header ?? request.cookie("desk_user");
  return name ? find(name) : null;
}

/** Who has that name now. */
export const find = (name: string): Caller => ({
  permissions: permissionsOf(name),
  staff: name === "ada",
  sub: name,
  superuser: name === "root",
});

/** What somebody is allowed, whom a session or a token names. */
export const permissionsOf = (name: string): readonly string[] => PERMISSIONS.get(name) ?? [];

/** What somebody is allowed, where that is not known. */
export const nobodyCanTell = (): null => null;

/** Open unless the request says that it is night. */
export const inHours = (request: Incoming): boolean => !request.headers.has("x-night");
