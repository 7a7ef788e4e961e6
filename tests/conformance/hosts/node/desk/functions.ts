// What clients call beside the mutations: plain functions, guarded ones, and those that fail.
import { setTimeout } from "node:timers/promises";
import {
  Conflict,
  client,
  Forbidden,
  Invalid,
  NotFound,
  RateLimited,
  Unauthenticated,
  Unavailable,
  upload,
} from "@mizan/server";
import { z } from "zod";
import { Attached, Reading } from "./models.js";
import { inHours } from "./people.js";
import * as store from "./store.js";
import { broken } from "./switches.js";

const GUARDED = !broken("auth-guards");
const Level = { level: z.int() };

export const add = client(
  {
    doc: "The sum of two numbers.",
    input: { a: z.int(), b: (broken("ir-export") ? z.number() : z.int()).default(1) },
    output: z.int(),
  },
  async (_, { a, b }) => {
    store.count("add");
    return a + b;
  },
);

export const echo = client(
  {
    doc: "What came in, whatever it is.",
    input: { value: z.unknown() },
    output: z.unknown(),
  },
  (_, { value }) => {
    store.count("echo");
    return value;
  },
);

export const measure = client(
  {
    doc: "What came in, as it is read.",
    input: z.object({ reading: Reading }),
    output: Reading,
  },
  async (_, { reading }) => {
    store.count("measure");
    return reading;
  },
);

export const runs = client(
  {
    doc: "How often each function ran since the reset; those that did not are left out.",
    output: z.record(z.string(), z.int()),
  },
  async () => store.runs(),
);

export const forMembers = client(
  {
    auth: GUARDED ? "authenticated" : undefined,
    doc: "For anybody with a name.",
    input: Level,
    output: z.int(),
  },
  async (_, { level }) => {
    store.count("for_members");
    return level;
  },
);

export const forStaff = client(
  {
    auth: GUARDED ? "staff" : undefined,
    doc: "For the staff.",
    input: Level,
    output: z.int(),
  },
  async (_, { level }) => {
    store.count("for_staff");
    return level;
  },
);

export const forSuperusers = client(
  {
    auth: GUARDED ? "superuser" : undefined,
    doc: "For superusers.",
    input: Level,
    output: z.int(),
  },
  async (_, { level }) => {
    store.count("for_superusers");
    return level;
  },
);

export const forEditors = client(
  {
    auth: GUARDED ? ["desk.read", "desk.edit"] : undefined,
    doc: "For whoever may both read and edit.",
    input: Level,
    output: z.int(),
  },
  async (_, { level }) => {
    store.count("for_editors");
    return level;
  },
);

export const forDaytime = client(
  {
    auth: GUARDED ? inHours : undefined,
    doc: "For everybody, in the daytime.",
    input: Level,
    output: z.int(),
  },
  async (_, { level }) => {
    store.count("for_daytime");
    return level;
  },
);

export const sweep = client(
  { doc: "Not for clients.", output: z.int(), private: !broken("private-functions") },
  async () => {
    store.count("sweep");
    return 1;
  },
);

const REFUSALS = {
  conflict: () => new Conflict("Somebody was faster."),
  forbidden: () => new Forbidden(),
  limited: () => new RateLimited("Once a minute.", { retryAfter: 60 }),
  missing: () => new NotFound(),
  nobody: () => new Unauthenticated(),
  unavailable: () => new Unavailable(undefined, { retryAfter: 5 }),
};

export const refuse = client(
  {
    doc: "Raises an error of the protocol.",
    input: {
      how: z.enum(["conflict", "forbidden", "limited", "missing", "nobody", "unavailable"]),
    },
  },
  async (_, { how }) => {
    throw broken("raised-errors") ? new Error(how) : REFUSALS[how]();
  },
);

export const order = client(
  {
    doc: "Checks its own input.",
    input: { copies: z.int() },
    output: z.int(),
  },
  async (_, { copies }) => {
    if (copies < 1 && !broken("raised-errors")) {
      throw new Invalid({ copies: "Order at least one." });
    }
    return copies;
  },
);

export const crash = client({ doc: "Has a mistake in it.", output: z.int() }, () => {
  if (broken("internal-errors")) throw new Conflict("the secret is 42");
  throw new Error("the secret is 42");
});

export const lie = client(
  { doc: "Returns what its type does not allow.", output: z.int() },
  async () => (broken("internal-errors") ? 42 : ("the secret is 42" as unknown as number)),
);

export const dawdle = client(
  {
    doc: "Takes two seconds, and has a fifth of one.",
    output: z.int(),
    timeout: broken("timeouts") ? undefined : 200,
  },
  async () => {
    await setTimeout(2000);
    return 1;
  },
);

const LIMITS = broken("upload-limits") ? {} : { contentTypes: ["text/plain"], maxSize: 1000 };

export const attach = broken("uploads")
  ? client(
      {
        doc: "A sheet for a project.",
        input: { project_id: z.int(), sheet: z.string() },
        output: Attached,
      },
      async (_, { sheet }) => ({
        name: "",
        size: sheet.length,
        start: sheet.slice(0, 6),
        type: "text/plain",
      }),
    )
  : client(
      {
        doc: "A sheet for a project.",
        input: { project_id: z.int(), sheet: upload(LIMITS) },
        output: Attached,
      },
      async (_, { sheet }) => {
        store.count("attach");
        const start = new TextDecoder("ascii").decode(sheet.content.subarray(0, 6));
        return { name: sheet.name, size: sheet.size, start, type: sheet.type };
      },
    );

const plain = (): number => 1;

/** A function of the module that clients must not reach: it is not declared. */
export const notAFunction = broken("registration-strict")
  ? client({ output: z.int() }, plain)
  : plain;
