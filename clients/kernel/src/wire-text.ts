// Writing values as JSON for the wire.

/** The JSON text of a value, a `bigint` as its digits. What JSON has no form for is a `TypeError` here, since it would spoil a whole batch. */
export function wireText(value: unknown): string {
  try {
    const text = JSON.stringify(value);
    // Looking at each member takes five times as long, and is needed only where one of these stands for what cannot be sent.
    if (!/null|\\ud/.test(text)) return text;
  } catch {
    // There is a `bigint`, or what no second try can write either.
  }
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
