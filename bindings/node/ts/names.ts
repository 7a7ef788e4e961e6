// Names on the wire, which are snake_case whatever the language's own way is.

/** `userProfile` as `user_profile`; what is snake_case already stays. */
export function wireName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}
