// Calls that rest on a cookie: the kernel as it ships, in a page, against a server that asks for proof.
import type * as Kernel from "@mizan/kernel";
import type { Page } from "@playwright/test";
import { build } from "esbuild";
import { expect, test } from "./fixtures";

/** Where the club is, and the two other origins that serve its page. */
interface Origins {
  readonly own: string;
  readonly friend: string;
  readonly stranger: string;
}

declare global {
  interface Window {
    kernel: typeof Kernel;
    /** The client of the page, and its functions. */
    client: Kernel.Client;
    write: Kernel.MizanFunction<{ text: string }, null>;
    wall: Kernel.MizanContext<undefined, { wall_lines: string[] }>;
  }
}

let script: string;

test.beforeAll(async () => {
  const { outputFiles } = await build({
    bundle: true,
    format: "iife",
    stdin: {
      contents: 'import * as kernel from "@mizan/kernel"; window.kernel = kernel;',
      resolveDir: import.meta.dirname,
    },
    write: false,
  });
  script = outputFiles[0]?.text ?? "";
});

test.use({ backend: "club" });

/** Opens the page of `origin`, with a client for the club of `server`. */
async function open(page: Page, origin: string, server = ""): Promise<void> {
  await page.goto(`${origin}/`);
  await page.addScriptTag({ content: script });
  await page.evaluate((base) => {
    const { createClient, defineContext, defineFunction } = window.kernel;
    window.client = createClient({ base });
    window.write = defineFunction(window.client, "write", ["wall"]);
    window.wall = defineContext(window.client, "wall");
  }, `${server}/api/mizan`);
}

async function signIn(page: Page, name: string): Promise<void> {
  await page.evaluate((path) => fetch(path, { method: "POST" }), `/sign-in/${name}`);
}

/** Writes a line; the code of the refusal, if it is one. */
function write(page: Page, text: string): Promise<string | null> {
  return page.evaluate(
    (line) => window.write({ text: line }).catch(({ code }: Kernel.MizanError) => code),
    text,
  );
}

function readWall(page: Page): Promise<string[]> {
  return page.evaluate(async () => (await window.wall()).wall_lines);
}

async function originsOf(page: Page): Promise<Origins> {
  return (await page.request.get("/origins")).json();
}

/** Every request that reaches the protocol from now on, as `POST call/ 200`. */
function watch(page: Page): string[] {
  const seen: string[] = [];
  page.on("response", (response) => {
    const [, path] = new URL(response.url()).pathname.split("/api/mizan/");
    const method = response.request().method();
    if (path !== undefined && method !== "OPTIONS") {
      seen.push(`${method} ${path} ${response.status()}`);
    }
  });
  return seen;
}

test("a member who signed in by cookie calls, and the kernel proves the page's origin", async ({
  noise,
  page,
}) => {
  noise.expectStatus(403);
  const { own } = await originsOf(page);
  await open(page, own);
  await signIn(page, "ada");
  const seen = watch(page);
  expect(await write(page, "hello")).toBeNull();
  expect(await write(page, "hello again")).toBeNull();
  expect(await readWall(page)).toEqual(["ada: hello", "ada: hello again"]);
  expect(seen).toEqual([
    "POST call/ 403",
    "GET session/ 200",
    "POST call/ 200",
    "POST call/ 200",
    "GET ctx/wall/ 200",
  ]);
});

test("who signs in as somebody else goes on calling", async ({ noise, page }) => {
  noise.expectStatus(403);
  const { own } = await originsOf(page);
  await open(page, own);
  await signIn(page, "ada");
  await write(page, "as ada");
  await signIn(page, "grace");
  expect(await write(page, "as grace")).toBeNull();
  expect(await readWall(page)).toEqual(["ada: as ada", "grace: as grace"]);
});

test("a page of another origin cannot call, although the member's cookies come along", async ({
  noise,
  page,
}) => {
  noise.expectStatus(403);
  const { own, stranger } = await originsOf(page);
  await open(page, own);
  await signIn(page, "ada");
  await write(page, "mine");

  await open(page, stranger, own);
  const seen = watch(page);
  const caller = await page.evaluate(
    async (url) => (await fetch(url, { credentials: "include" })).json(),
    `${own}/whoami`,
  );
  expect(caller, "whose cookies come along").toBe("ada");
  await page.evaluate(
    (url) =>
      fetch(url, {
        body: '{"fn":"write","args":{"text":"forged"}}',
        credentials: "include",
        method: "POST",
        mode: "no-cors",
      }),
    `${own}/api/mizan/call/`,
  );
  await page.evaluate(() => window.kernel.configure(window.client, { credentials: "include" }));
  expect(await write(page, "forged too")).toBe("FORBIDDEN");
  // No token is fetched: none would help.
  expect(seen).toEqual(["POST call/ 403", "POST call/ 403"]);

  await open(page, own);
  expect(await readWall(page)).toEqual(["ada: mine"]);
});

test("a page of an origin that is trusted calls with the member's cookies", async ({
  noise,
  page,
}) => {
  noise.expectStatus(403);
  const { friend, own } = await originsOf(page);
  await open(page, own);
  await signIn(page, "ada");

  await open(page, friend, own);
  await page.evaluate(() => window.kernel.configure(window.client, { credentials: "include" }));
  const seen = watch(page);
  expect(await write(page, "from a friend")).toBeNull();
  expect(await readWall(page)).toEqual(["ada: from a friend"]);
  expect(seen).toEqual([
    "POST call/ 403",
    "GET session/ 200",
    "POST call/ 200",
    "GET ctx/wall/ 200",
  ]);
});

test("a token that was got by cookie serves without it", async ({ noise, page }) => {
  noise.expectStatus(403);
  const { own } = await originsOf(page);
  await open(page, own);
  await signIn(page, "ada");
  await page.evaluate(() => {
    const { authenticate, defineFunction } = window.kernel;
    const obtain = defineFunction<undefined, { token: string; expires_in: number }>(
      window.client,
      "mwt_obtain",
    );
    authenticate(window.client, {
      getToken: async () => {
        const { expires_in, token } = await obtain();
        return { expiresIn: expires_in, token };
      },
    });
  });
  const seen = watch(page);
  expect(await write(page, "with a token")).toBeNull();
  await page.context().clearCookies();
  expect(await write(page, "without a cookie")).toBeNull();
  expect(await readWall(page)).toEqual(["ada: with a token", "ada: without a cookie"]);
  expect(seen).toEqual([
    "POST call/ 403",
    "GET session/ 200",
    "POST call/ 200",
    "POST call/ 200",
    "POST call/ 200",
    "GET ctx/wall/ 200",
  ]);
});
