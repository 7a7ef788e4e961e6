// Bodies as they come in. However small the pieces are in which one is sent, it takes no more memory than its limit allows:
// a piece that is kept costs hundreds of bytes, of which a caller needs to send but one.
import { Buffer } from "node:buffer";

/** What is said where somebody else has read a body. */
export const READ_BEFORE: string =
  "the body of a Mizan request was read before\n  help: app.use(mizan.express()) before express.json(), or whatever " +
  "else reads bodies; or have it leave the bytes in request.rawBody";

const NOTHING = new Uint8Array(0);

/** The first bytes of what comes, up to one more than a limit: the core refuses what is longer. */
export class Gathered {
  readonly #most: number;
  #bytes: Uint8Array = NOTHING;
  #size = 0;
  /** Whether the bytes are in a piece that came, not in room of its own. */
  #isPiece = true;

  constructor(limit: number) {
    this.#most = limit + 1;
  }

  /** Whether it is beyond the limit already. */
  get isFull(): boolean {
    return this.#size === this.#most;
  }

  /** What came. */
  get bytes(): Uint8Array {
    return this.#bytes.length === this.#size ? this.#bytes : this.#bytes.subarray(0, this.#size);
  }

  /** Takes a piece; what is beyond the limit is forgotten. */
  add(piece: Uint8Array): void {
    const size = Math.min(this.#size + piece.length, this.#most);
    if (size === this.#size) return;
    if (this.#size === 0 && size === piece.length) {
      // Most bodies come in one piece, which is not copied.
      this.#bytes = piece;
      this.#size = size;
      return;
    }
    if (this.#isPiece || size > this.#bytes.length) {
      const room = Buffer.allocUnsafeSlow(Math.min(2 * size, this.#most));
      room.set(this.bytes);
      this.#bytes = room;
      this.#isPiece = false;
    }
    this.#bytes.set(piece.subarray(0, size - this.#size), this.#size);
    this.#size = size;
  }
}

/** What somebody who read the body before left of it: its bytes, or its text; nothing where there is neither. */
export function leftBy(request: object): Uint8Array | undefined {
  const { body, rawBody } = request as { body?: unknown; rawBody?: unknown };
  for (const held of [rawBody, body]) {
    if (held instanceof Uint8Array) return held;
    if (typeof held === "string") return Buffer.from(held);
  }
  return undefined;
}
