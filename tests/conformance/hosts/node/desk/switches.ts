// What this process was started as: which one thing is broken, which variant it is, and where its cache is.

const { MIZAN_BREAK = "", MIZAN_CACHE, MIZAN_VARIANT = "" } = process.env;

/** Where the origin cache is. */
export const CACHE = MIZAN_CACHE || "memory";

/** Whether this process was started with that one capability broken. */
export const broken = (name: string): boolean => name === MIZAN_BREAK;

/** Whether this process is that variant of the application. */
export const variant = (name: string): boolean => name === MIZAN_VARIANT;
