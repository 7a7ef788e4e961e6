// Which Chromium the tests drive, and how it is started.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { LaunchOptions } from "@playwright/test";

const NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];

// Alone in a container, without a graphics card, and silent towards the network.
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // No process in store for a page that no test opens.
  "--renderer-process-limit=1",
];

/** How to launch the system's own Chromium: the one that CHROMIUM names, or the first found in PATH. */
export function chromium(): LaunchOptions {
  return { executablePath: process.env["CHROMIUM"] ?? found(), args: FLAGS };
}

function found(): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const path = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(
    isExecutable,
  );
  if (path === undefined)
    throw new Error(`None of ${NAMES.join(", ")} is in PATH. Name one in CHROMIUM.`);
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
