import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          environment: "node",
          execArgv: ["--expose-gc"],
          include: ["clients/kernel/**/*.test.ts"],
          name: "kernel",
          typecheck: {
            enabled: true,
            include: ["clients/kernel/**/*.test-d.ts"],
            tsconfig: "clients/kernel/tsconfig.json",
          },
        },
      },
      {
        test: {
          environment: "jsdom",
          include: ["clients/react/**/*.test.tsx"],
          name: "react",
          typecheck: {
            enabled: true,
            include: ["clients/react/**/*.test-d.ts"],
            tsconfig: "clients/react/tsconfig.json",
          },
        },
      },
    ],
  },
});
