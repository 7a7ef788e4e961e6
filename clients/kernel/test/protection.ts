// Who may send what to the test server: cookies with their token against forged requests, and tokens of callers.
import type { IncomingHttpHeaders } from "node:http";
import type { Fetch } from "../src/index.js";
import { Refusal } from "./shop.js";

/** What the server asks of requests; tests set it. */
export interface Protection {
  /** The session of whoever sends a cookie. None: nobody is asked for the token against forged requests. */
  session: string | undefined;
  /** The header that the token is asked for in. */
  csrfHeader: string;
  /** The tokens of callers that hold. None: such headers mean nothing. */
  tokens: Set<string> | undefined;
}

/** One that asks for nothing. */
export function createProtection(): Protection {
  return { csrfHeader: "X-Mizan-CSRF", session: undefined, tokens: undefined };
}

let minted = 0;

/** The reply of `session/` (CSRF-7). */
export function openSession({ csrfHeader, session }: Protection): {
  body: unknown;
  headers: Record<string, string>;
} {
  if (session === undefined) return { body: { authenticated: false, csrf: null }, headers: {} };
  minted += 1;
  const token = `${session}.${minted}`;
  return {
    body: { authenticated: true, csrf: { header: csrfHeader, token } },
    headers: { "set-cookie": `mizan_csrf=${token}; Path=/; HttpOnly; SameSite=Lax` },
  };
}

/** Whether the token of the caller or, for a POST, the one against forged requests is wanting (AUTH-9, CSRF-9). */
export function refusal(
  { csrfHeader, session, tokens }: Protection,
  method: string,
  headers: IncomingHttpHeaders,
): (Refusal & { hasWrongToken?: boolean; needsCsrf?: boolean }) | undefined {
  const token = headers["x-mizan-token"] ?? /^Bearer (.*)$/.exec(headers.authorization ?? "")?.[1];
  if (tokens && token !== undefined) {
    if (tokens.has(String(token))) return undefined;
    const refused = new Refusal(401, {
      code: "UNAUTHENTICATED",
      message: "the token is not valid",
    });
    return Object.assign(refused, { hasWrongToken: true });
  }
  const { cookie } = headers;
  if (method !== "POST" || session === undefined || cookie === undefined) return undefined;
  const held = /(?:^|; )mizan_csrf=([^;]*)/.exec(cookie)?.[1];
  if (held?.startsWith(`${session}.`) && headers[csrfHeader.toLowerCase()] === held) {
    return undefined;
  }
  const refused = new Refusal(403, { code: "FORBIDDEN", message: "the token is missing" });
  return Object.assign(refused, { needsCsrf: true });
}

/** A `fetch` that keeps the cookies of the one server that it talks to, as a browser does. */
export function fetchWithCookies(first: string): Fetch {
  const jar = new Map([first.split("=") as [string, string]]);
  return async (url, init) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { ...init, headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]*)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    return response;
  };
}
