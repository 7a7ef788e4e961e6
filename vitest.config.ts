import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          environment: "node",
          include: ["bindings/node/test/**/*.test.ts"],
          name: "server",
          testTimeout: 60_000,
        },
      },
      {
        test: {
          environment: "node",
          include: ["tests/node/*.test.ts"],
          name: "runtimes",
          testTimeout: 120_000,
        },
      },
      {
        test: {
          environment: "node",
          include: ["bindings/tauri/guest-js/**/*.test.ts"],
          name: "tauri",
          testTimeout: 60_000,
        },
      },
      {
        test: {
          environment: "node",
          execArgv: ["--expose-gc"],
          include: ["clients/kernel/**/*.test.ts"],
          name: "kernel",
          testTimeout: 60_000,
        },
      },
      {
        test: {
          environment: "node",
          include: ["tests/generated/*.test.ts"],
          name: "generated",
          testTimeout: 60_000,
        },
      },
      {
        test: {
          environment: "jsdom",
          include: ["clients/react/**/*.test.tsx"],
          name: "react",
          setupFiles: ["clients/react/test/patience.ts"],
          testTimeout: 60_000,
        },
      },
    ],
  },
});
