// What the browser's console complains of, and what a test said it would.
import { expect, type Page } from "@playwright/test";

export class Noise {
  #heard: string[] = [];
  #expected: RegExp[] = [];

  constructor(page: Page) {
    page.on("pageerror", (error) => this.#heard.push(`uncaught: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning")
        this.#heard.push(message.text());
    });
  }

  /** Something that the test provokes on purpose. */
  expect(text: RegExp): void {
    this.#expected.push(text);
  }

  /** The browser itself reports every refused request; a test that provokes one says so. */
  expectStatus(status: number): void {
    this.expect(new RegExp(`^Failed to load resource: .* status of ${status} `));
  }

  /** So it does with every request that found no server. */
  expectFailure(): void {
    this.expect(/^Failed to load resource: net::ERR_FAILED$/);
  }

  /** Fails on anything that no test foresaw. */
  check(): void {
    const surprising = this.#heard.filter(
      (text) => !this.#expected.some((pattern) => pattern.test(text)),
    );
    expect(surprising, "the console's errors and warnings").toEqual([]);
  }
}
