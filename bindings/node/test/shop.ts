// A small application for tests, and ways to ask it.
import { z } from "zod";
import {
  client,
  context,
  createMizan,
  declareError,
  Invalid,
  type Mizan,
  type MizanOptions,
  NotFound,
} from "../ts/index.js";

export const user = context("user");

export const Profile = z
  .object({ name: z.string().min(1).max(40), user_id: z.int() })
  .meta({ description: "Who somebody is.", id: "Profile" });

export const NameTaken = declareError("NAME_TAKEN", {
  data: z.object({ taken_by: z.int() }),
  status: 409,
});

const SECRET = "a secret of the tests, which everybody may know";

/** What of the log was written. */
export interface Logged {
  readonly errors: string[];
  readonly warnings: string[];
}

/** An application, what it logged, and how often its functions ran. */
export function shop(options: MizanOptions = {}): { log: Logged; mizan: Mizan; runs: string[] } {
  const runs: string[] = [];
  const log: Logged = { errors: [], warnings: [] };
  const userProfile = client(
    { context: user, input: { user_id: z.int() }, output: Profile },
    async (_, { user_id }) => {
      runs.push("user_profile");
      if (user_id === 404) throw new NotFound("There is nobody.");
      return { name: "Ada", user_id };
    },
  );
  const updateProfile = client(
    {
      affects: user,
      errors: [NameTaken],
      input: z.object({ name: z.string(), user_id: z.int() }),
      output: Profile,
    },
    async (_, { name, user_id }) => {
      runs.push("update_profile");
      if (name === "Bob") throw new NameTaken("That name is taken.", { taken_by: 5 });
      if (name === "") throw new Invalid({ name: "must have a letter" });
      if (name === "?") throw new Error("it is a secret");
      return { name, user_id };
    },
  );
  const mizan = createMizan({
    functions: { updateProfile, userProfile },
    log: {
      error: (...parts) => log.errors.push(parts.map(String).join(" ")),
      warn: (...parts) => log.warnings.push(parts.map(String).join(" ")),
    },
    secret: SECRET,
    ...options,
  });
  return { log, mizan, runs };
}

/** A call. */
export function call(fn: string, args: unknown, headers: Record<string, string> = {}): Request {
  return new Request("http://shop.test/api/mizan/call/", {
    body: JSON.stringify({ args, fn }),
    headers: { "content-type": "application/json", ...headers },
    method: "POST",
  });
}

/** A read of a bundle. */
export function read(context: string, query = "", headers: Record<string, string> = {}): Request {
  return new Request(`http://shop.test/api/mizan/ctx/${context}/${query}`, { headers });
}

/** The status and the body of the reply. */
export async function answer(mizan: Mizan, request: Request): Promise<[number, unknown]> {
  const response = await mizan.fetch(request);
  const text = await response.text();
  return [response.status, text === "" ? null : JSON.parse(text)];
}
