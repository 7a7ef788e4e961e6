// The `mizan` command. All of it but `mizan ir` is native.
import { native } from "../native.js";

const parts = process.argv.slice(2);
if (parts[0] === "ir") {
  const { emitIr } = await import("./ir.js");
  const status = await emitIr(parts.slice(1), process.stdout, process.stderr);
  // A module may have begun to serve, or keep a connection.
  process.stdout.write("", () => process.exit(status));
} else {
  process.exitCode = native.runCommandLine(parts);
}
