// How the page reaches its functions: over the app's IPC.
import { configure } from "@mizan/kernel";
import { ipcFetch } from "@mizan/tauri";
import { client } from "../../../shop/web/src/api";

configure(client, { fetch: ipcFetch(client.base) });
