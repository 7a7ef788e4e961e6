// What the page of the benchmark asks: by commands by hand, by Mizan's transport, and as a generated client of Mizan's does.
import { configure, createClient, defineContext, defineFunction } from "@mizan/kernel";
import { ipcFetch } from "@mizan/tauri";
import { invoke } from "@tauri-apps/api/core";

type Ask = () => Promise<unknown>;

/** By workload and contender. */
let asks: Record<string, Record<string, Ask>> = {};

/** Makes what is asked; the contract's digest is in a generated client when it is built. */
export async function prepare(): Promise<void> {
  const contract = await invoke<string>("contract");
  const client = createClient({ contract });
  configure(client, { fetch: ipcFetch(client.base) });
  const renameUser = defineFunction<{ user_id: number; name: string }, unknown>(
    client,
    "rename_user",
    ["user"],
  );
  const userContext = defineContext<{ user_id: number }, unknown>(client, "user", ["user_id"]);
  const rename = { user_id: 5, name: "Ada" };
  const bundle = { user_id: 5 };
  // What a client hands to its transport, and reads of the answer.
  const transport = ipcFetch(client.base);
  const headers = { "x-mizan-contract": contract };
  const json = { ...headers, "content-type": "application/json" };
  asks = {
    rename: {
      now: () => invoke("rename_now", rename),
      later: () => invoke("rename_later", rename),
      plugin: () => invoke("plugin:hand|rename_later", rename),
      transport: async () => {
        const body = JSON.stringify({ args: rename, fn: "rename_user" });
        const init = { body, headers: json, method: "POST", signal: null } as const;
        const answer = await transport(`${client.base}/call/`, init);
        return ((await answer.json()) as { result: unknown }).result;
      },
      mizan: () => renameUser(rename),
    },
    bundle: {
      now: () => invoke("bundle_now", bundle),
      later: () => invoke("bundle_later", bundle),
      plugin: () => invoke("plugin:hand|bundle_later", bundle),
      transport: async () => {
        const url = `${client.base}/ctx/user/?user_id=${bundle.user_id}`;
        return (await transport(url, { headers, signal: null })).json();
      },
      mizan: () => userContext(bundle),
    },
  };
}

/** The answer, so that it can be compared. */
export function answer(workload: string, contender: string): Promise<unknown> {
  return ask(workload, contender)();
}

/** Asks so many times, one after the other; how many milliseconds that took. */
export async function take(workload: string, contender: string, calls: number): Promise<number> {
  const one = ask(workload, contender);
  const began = performance.now();
  for (let made = 0; made < calls; made += 1) await one();
  return performance.now() - began;
}

function ask(workload: string, contender: string): Ask {
  const found = asks[workload]?.[contender];
  if (!found) throw new Error(`Nobody asks for ${workload} as ${contender}.`);
  return found;
}
