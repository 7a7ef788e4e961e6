// What a page asks of the functions, and what it is told, in order.
import type { Page } from "@playwright/test";

const BASE = "/api/mizan";

/** A reply to a single call, as far as the tests look at it. */
export interface Reply {
  readonly invalidate?: readonly { context: string; params?: Record<string, unknown> }[];
  readonly bundles?: readonly { context: string; params: Record<string, unknown> }[];
}

export class Traffic {
  #lines: string[] = [];
  #replies: Promise<Reply>[] = [];

  constructor(page: Page) {
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (!url.pathname.startsWith(BASE)) return;
      const what = url.pathname.slice(BASE.length) + url.search;
      const fn = request.method() === "POST" ? ` ${request.postDataJSON()?.fn ?? "(batch)"}` : "";
      this.#lines.push(`${request.method()} ${what}${fn}`);
    });
    page.on("response", (response) => {
      if (!response.url().endsWith(`${BASE}/call/`)) return;
      // Read at once: the browser may drop a body that nobody asked for. A reply that nobody looks at may fail.
      const reply: Promise<Reply> = response.json();
      reply.catch(() => undefined);
      this.#replies.push(reply);
    });
  }

  /** What came before is of no interest. */
  forget(): void {
    this.#lines = [];
    this.#replies = [];
  }

  /** The requests since the last look, as `GET /ctx/customer/?customer_id=1`. */
  take(): string[] {
    return this.#lines.splice(0);
  }

  /** The bodies of the replies to calls since the last look. */
  async takeReplies(): Promise<Reply[]> {
    return Promise.all(this.#replies.splice(0));
  }
}
