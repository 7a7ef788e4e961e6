// What the tests of the client packages share.
export * from "./api.js";
export { eventually } from "./eventually.js";
export { fetchWithCookies, type Protection } from "./protection.js";
export { type Hold, type Received, startServer, type TestServer } from "./server.js";
