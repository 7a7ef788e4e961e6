// A desktop application on a screen of its own, driven by WebKitGTK's own WebDriver.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Capabilities, WebDriver } from "selenium-webdriver";
import { Executor, HttpClient } from "selenium-webdriver/http/index.js";
import { firstLine, freePort, run, until } from "./processes.js";

/** An application that runs, and what ends it. */
export interface Desktop {
  readonly driver: WebDriver;
  close(): Promise<void>;
}

/** Opens an application on a new screen. */
export async function open(program: string): Promise<Desktop> {
  const folder = await mkdtemp(join(tmpdir(), "desktop-"));
  const screen = run("Xvfb", [
    "-displayfd",
    "1",
    "-screen",
    "0",
    "1400x1000x24",
    "-nolisten",
    "tcp",
  ]);
  const port = await freePort();
  const automation = run("WebKitWebDriver", [`--port=${port}`, "--host=127.0.0.1"], {
    DISPLAY: `:${await firstLine(screen)}`,
    GDK_BACKEND: "x11",
    MESA_SHADER_CACHE_DISABLE: "true",
    NO_AT_BRIDGE: "1",
    // Without these two the application takes no commands, and the session is never there.
    TAURI_AUTOMATION: "true",
    TAURI_WEBVIEW_AUTOMATION: "true",
    TMPDIR: folder,
    XDG_CACHE_HOME: folder,
    XDG_DATA_HOME: folder,
  });
  const url = `http://127.0.0.1:${port}`;
  const isUp = () =>
    fetch(`${url}/status`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(isUp, "WebKitWebDriver");
  const capabilities = new Capabilities({
    "webkitgtk:browserOptions": { args: [], binary: program },
  });
  const driver = WebDriver.createSession(new Executor(new HttpClient(url)), capabilities);
  await driver.getSession();
  return {
    driver,
    async close() {
      await driver.quit();
      await automation.stop();
      await screen.stop();
      // The application's last processes end a moment after the session.
      await rm(folder, { force: true, maxRetries: 20, recursive: true, retryDelay: 100 });
    },
  };
}
