// A reply taken apart (`src/frame.rs`): each character of its text is a byte.

/** A reply as a front sends it. */
export interface Reply {
  readonly status: number;
  /** Names and values, one after the other. */
  readonly headers: string[];
  /** The body, each character a byte. */
  readonly body: string;
}

/** Takes the text of a reply apart. */
export function readReply(text: string): Reply {
  const first = text.indexOf("\n");
  const end = text.indexOf("\n\n", first);
  return {
    body: text.slice(end + 2),
    headers: text.slice(first + 1, end).split("\n"),
    status: Number(text.slice(1, first)),
  };
}
