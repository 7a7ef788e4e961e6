// The package's public face.
export { ipcFetch } from "./ipc-fetch.js";
