// Writing values as JSON for the wire.

/** The JSON text of a value, a `bigint` as its digits. What JSON has no form for is a `TypeError` here, since it would spoil a whole batch. */
export function wireText(value: unknown): string {
  return JSON.stringify(value, (key, member: unknown) => {
    if (typeof member === "bigint") return String(member);
    if (
      /\p{Cs}/u.test(key) ||
      (typeof member === "number"
        ? !Number.isFinite(member)
        : typeof member === "string" && /\p{Cs}/u.test(member))
    ) {
      throw new TypeError(`${key}: ${member} cannot be sent.`);
    }
    return member;
  });
}
