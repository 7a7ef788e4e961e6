// Makes JavaScript of the desk, for whatever Node runs it.
import { build } from "esbuild";

await build({
  entryPoints: ["desk/*.ts"],
  format: "esm",
  logLevel: "error",
  outdir: "dist",
  platform: "node",
  target: "node20",
});
