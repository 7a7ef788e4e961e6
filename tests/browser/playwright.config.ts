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
  // What comes late on a busy machine is no fault.
  expect: { timeout: 20_000 },
  projects: [
    // First, and with less patience: most of them wait for what never comes.
    { name: "shop-controls", testMatch: "controls.spec.ts", expect: { timeout: 5_000 } },
    { name: "shop", testMatch: ["shop.spec.ts", "club.spec.ts"] },
    { name: "shop-django", testMatch: "shop.spec.ts", use: { backend: "shop-django" } },
    { name: "shop-node", testMatch: "shop.spec.ts", use: { backend: "shop-node" } },
    { name: "shop-axum", testMatch: "shop.spec.ts", use: { backend: "shop-axum" } },
    { name: "demo", testMatch: "demo.spec.ts" },
  ],
  use: { locale: "en-GB", timezoneId: "UTC", launchOptions: chromium() },
});
