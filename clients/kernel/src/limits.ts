// What one request may hold. These stand in a file of their own, without imports: there bundlers put the numbers in place
// of the names.

/** The protocol's limit of calls in one request (BATCH-1). */
export const BATCH_CALLS = 32;
/** Characters of one batch: at three bytes each it stays below the body's limit (LIM-1) of one MiB. */
export const BATCH_CHARACTERS = 262_144;
/** Functions that one request may run (BATCH-6). */
export const REQUEST_FUNCTIONS = 64;
/** Bundles that one call may ask for anew (REFRESH-1). */
export const REFRESHED_BUNDLES = 16;
