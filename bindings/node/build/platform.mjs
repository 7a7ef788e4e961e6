// `node build/platform.mjs FOLDER [LIBRARY]`: makes the platform package of a library, by default the one that `addon.mjs` has
// built here, ready for `npm publish`, and prints the line that `optionalDependencies` of the published package then has for it.
//
// The checkout names no such package: a name that nobody has published yet is anybody's to take.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { platformPackage } from "../dist/platform.js";

const here = fileURLToPath(new URL("..", import.meta.url));
const [folder, library = join(here, "mizan.node")] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write("name a folder: node build/platform.mjs FOLDER [LIBRARY]\n");
  process.exit(2);
}
const { license, version } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const { libc, name } = platformPackage();
const described = {
  name,
  version,
  description: "The native half of @mizan/server for one platform.",
  license,
  main: "mizan.node",
  files: ["mizan.node"],
  os: [process.platform],
  cpu: [process.arch],
  ...(libc === undefined ? {} : { libc: [libc] }),
};
mkdirSync(folder, { recursive: true });
copyFileSync(library, join(folder, "mizan.node"));
writeFileSync(join(folder, "package.json"), `${JSON.stringify(described, null, 2)}\n`);
process.stdout.write(`"${name}": "${version}"\n`);
