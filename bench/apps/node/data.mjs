// What every application on Node answers from (`apps/data.py` has written it), and how each of them listens.
import { readFileSync } from "node:fs";

const { profile, notices } = JSON.parse(
  readFileSync(new URL("../../build/data.json", import.meta.url), "utf8"),
);

export const PROFILE = profile;
export const NOTICES = notices;
export const PORT = Number(process.argv[2]);
export const HOST = "127.0.0.1";

/** The reads of a page, by the names that they have everywhere. */
export const READS = {
  page_address: profile.address,
  page_notices: notices,
  page_orders: profile.orders,
  page_profile: profile,
  page_tags: profile.tags,
};

/** The bundle of two, and the one of the whole page. */
export const BUNDLE = { user_notices: notices, user_profile: profile };

/** Keeps connections while the others have their turns. */
export function patient(server) {
  server.keepAliveTimeout = 3_600_000;
  server.headersTimeout = 3_700_000;
  return server;
}
