// The desk, as an application of Node.
import { createMizan, type Mizan } from "@mizan/server";
import * as contexts from "./contexts.js";
import * as functions from "./functions.js";
import * as mutations from "./mutations.js";
import { find, identify, nobodyCanTell, permissionsOf } from "./people.js";
import { broken, CACHE, variant } from "./switches.js";
import { asking, paged, peeking } from "./variants.js";

/** The functions of a module, without those that a switch has left out. */
function discovered(module: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const hidden = broken("discovery") ? ["add", "tickerCount"] : [];
  return Object.fromEntries(Object.entries(module).filter(([name]) => !hidden.includes(name)));
}

export const mizan: Mizan = createMizan({
  cache: { store: CACHE, timeout: 5000 },
  exposeIr: true,
  identify,
  ...(variant("paged") ? { limits: { body: 200 } } : {}),
  modules: [
    discovered(contexts),
    discovered(functions),
    mutations,
    ...(variant("asking") ? [asking] : []),
    ...(variant("peeking") ? [peeking] : []),
    ...(variant("paged") ? [paged] : []),
  ],
  tokens: {
    access: !broken("jwt"),
    find,
    functions: [
      ...(broken("mwt-functions") ? [] : (["mwt_obtain"] as const)),
      ...(broken("jwt-functions") ? [] : (["jwt_obtain", "jwt_refresh", "jwt_revoke"] as const)),
    ],
    mwt: !broken("mwt"),
    permissions: broken("mwt-rights") ? nobodyCanTell : permissionsOf,
  },
  trustedOrigins: broken("origins") ? ["https://evil.test"] : [],
});
