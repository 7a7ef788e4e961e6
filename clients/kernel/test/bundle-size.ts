// Bundles an app over a large generated API, as its users' bundlers would, and weighs the result.
import { gzipSync } from "node:zlib";
import { build, type Plugin } from "esbuild";

const FUNCTIONS = 1000;
const CONTEXTS = 50;

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("\n");
}

/** What codegen writes for 1,000 functions and 50 contexts. */
const GENERATED: Readonly<Record<string, string>> = {
  client: `import { createClient } from "@mizan/kernel";
    export const client = /* @__PURE__ */ createClient({ base: "/api/mizan", contract: "0123456789abcdef" });`,
  contexts: `import { defineContext } from "@mizan/kernel";
    import { client } from "generated:client";
    ${lines(CONTEXTS, (n) => `export const thing${n}Context = /* @__PURE__ */ defineContext(client, "thing_${n}", ["thing_id"]);`)}`,
  functions: `import { defineFunction } from "@mizan/kernel";
    import { client } from "generated:client";
    ${lines(FUNCTIONS, (n) => `export const updateThing${n} = /* @__PURE__ */ defineFunction(client, "update_thing_${n}", ["thing_${n % CONTEXTS}"]);`)}`,
  uploads: `import { defineFunction, packFiles } from "@mizan/kernel";
    import { client } from "generated:client";
    export const saveFile = /* @__PURE__ */ defineFunction(client, "save_file", undefined, undefined, packFiles);`,
  hooks: `import { createBundleHook, createMutationHook, createProvider, createSlotHook } from "@mizan/react";
    import * as contexts from "generated:contexts";
    import * as functions from "generated:functions";
    ${lines(
      CONTEXTS,
      (
        n,
      ) => `export const useThing${n}Context = /* @__PURE__ */ createBundleHook(contexts.thing${n}Context);
        export const useThing${n} = /* @__PURE__ */ createSlotHook(contexts.thing${n}Context, "thing");
        export const Thing${n}Provider = /* @__PURE__ */ createProvider(contexts.thing${n}Context);`,
    )}
    ${lines(FUNCTIONS, (n) => `export const useUpdateThing${n} = /* @__PURE__ */ createMutationHook(functions.updateThing${n});`)}`,
};

function generated(resolveDir: string): Plugin {
  return {
    name: "generated",
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^generated:/ }, ({ path }) => ({
        namespace: "generated",
        path: path.slice("generated:".length),
        sideEffects: false,
      }));
      onLoad({ filter: /.*/, namespace: "generated" }, ({ path }) => ({
        contents: GENERATED[path] ?? "",
        resolveDir,
      }));
    },
  };
}

/** The minified and gzipped size, in bytes, of an app of this source; React itself is not counted. */
export async function bundleSize(source: string, resolveDir: string): Promise<number> {
  const { outputFiles } = await build({
    bundle: true,
    define: { "process.env.NODE_ENV": '"production"' },
    external: ["react", "react-dom"],
    format: "esm",
    minify: true,
    plugins: [generated(resolveDir)],
    stdin: { contents: source, resolveDir },
    target: "es2022",
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
}
