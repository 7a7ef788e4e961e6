// The token against forged requests (protocol: CSRF): fetched when the server first asks for it, and sent from then on.
import type { Answer, Guard, Headers } from "./client.js";

/** What `session/` answers. */
interface Session {
  readonly csrf?: { readonly header: string; readonly token: string } | null;
}

/**
 * Makes what gives calls the token. A call that was refused for want of it did not run, so it is repeated once, with a
 * token that all calls in need of one share.
 *
 * @param readSession reads `session/`; never rejects
 */
export function createCsrfGuard(readSession: () => Promise<Answer>): Guard {
  let held: Promise<Headers | undefined> | undefined;
  return async (attempt, body) => {
    const used = body ? held : undefined;
    const answer = await attempt(await used);
    if (!(body && answer.head?.get("x-mizan-csrf"))) return answer;
    // Another call may have been refused as well, and have asked for the new one already.
    if (held === used) {
      held = readSession().then(({ body }) => {
        const csrf = (body as Session | undefined)?.csrf;
        return csrf ? { [csrf.header]: csrf.token } : undefined;
      });
    }
    const token = await held;
    return token ? attempt(token) : answer;
  };
}
