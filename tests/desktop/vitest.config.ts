// Runs the tests of desktop applications, each with a screen and a web driver of its own.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { hookTimeout: 60_000, include: ["*.test.ts"], testTimeout: 60_000 },
});
