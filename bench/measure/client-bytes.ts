// Prints what small apps over 1,000 generated functions weigh, as the size tests of the client packages weigh them.
// Arguments: the folders of @mizan/kernel and @mizan/react, from where the apps' imports are resolved.
import { bundleSize } from "../../clients/kernel/test/bundle-size.js";

const [kernel = "", react = ""] = process.argv.slice(2);

const FIVE = [3, 58, 141, 592, 653];
const CALLS = `
  import * as api from "generated:functions";
  for (const call of [${FIVE.map((n) => `api.updateThing${n}`).join(", ")}]) call({ id: 1 });`;
const HOOKS = `
  import * as hooks from "generated:hooks";
  globalThis.hooks = [${FIVE.map((n) => `hooks.useUpdateThing${n}`).join(", ")}];`;
const READS = `
  import * as reads from "generated:hooks";
  globalThis.reads = [reads.Thing3Provider, reads.useThing3, reads.useThing3Context];`;
// What an app has anyway that uses TanStack Query by hand.
const QUERY = `
  import * as query from "@tanstack/react-query";
  globalThis.query = [query.QueryClient, query.QueryClientProvider, query.useMutation, query.useQuery, query.useQueryClient];`;

const without = await bundleSize(QUERY, react);
const sizes = {
  plain: await bundleSize(CALLS, kernel),
  query: without,
  react_mutations: (await bundleSize(QUERY + HOOKS, react)) - without,
  react_with_reads: (await bundleSize(QUERY + HOOKS + READS, react)) - without,
};
for (const [name, size] of Object.entries(sizes)) process.stdout.write(`${name}\t${size}\n`);
