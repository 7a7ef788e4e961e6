// What every TanStack Query binding shares: the query of a bundle, and the tie from a client's events to a query cache.
export { connect } from "./connect.js";
export { type BundleQuery, type BundleQueryKey, bundleQueryOptions } from "./options.js";
