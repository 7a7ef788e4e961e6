// The browser tests: a real server each, a real Chromium, nothing from outside this machine.
import { defineConfig } from "@playwright/test";
import { chromium } from "./chromium";
import type { Options } from "./fixtures";

export default defineConfig<Options>({
  // A test that works at the second try hides a race.
  retries: 0,
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  timeout: 60_000,
  reporter: "list",
  projects: [
    { name: "shop", testMatch: ["shop.spec.ts", "controls.spec.ts", "club.spec.ts"] },
    { name: "shop-django", testMatch: "shop.spec.ts", use: { backend: "shop-django" } },
    { name: "shop-node", testMatch: "shop.spec.ts", use: { backend: "shop-node" } },
    { name: "shop-axum", testMatch: "shop.spec.ts", use: { backend: "shop-axum" } },
    { name: "demo", testMatch: "demo.spec.ts" },
  ],
  use: { locale: "en-GB", timezoneId: "UTC", launchOptions: chromium() },
});
