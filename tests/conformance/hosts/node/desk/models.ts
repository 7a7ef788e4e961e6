// What the desk speaks of.
import { declareError } from "@mizan/server";
import { z } from "zod";
import { broken } from "./switches.js";

export const Name = z.string().min(1).max(40);

export const Status = z
  .enum(["open", "done"])
  .meta({ description: "How far a task is.", id: "Status" });

export const Task = z
  .object({ id: z.int(), status: Status.default("open"), title: Name })
  .meta({ description: "One thing to do.", id: "Task" });
export type Task = z.output<typeof Task>;

export const Project = z
  .object({ name: Name, project_id: z.int() })
  .meta({ description: "Tasks that belong together.", id: "Project" });
export type Project = z.output<typeof Project>;

export const Notice = z
  .object({ text: z.string(), topic: z.string() })
  .meta({ description: "A sheet on the board.", id: "Notice" });
export type Notice = z.output<typeof Notice>;

export const Search = z
  .object({
    day: z.iso.date().nullable(),
    exact: z.boolean(),
    ratio: z.number().nullable(),
    tags: z.array(z.string()),
    words: z.string(),
  })
  .meta({ description: "What a query was read as.", id: "Search" });

export const Reading = z
  .object({
    amount: z.string().meta({ format: "bigint" }),
    at: z.iso.datetime({ offset: true }),
    copy_id: z.guid(),
    flag: z.boolean().default(false),
    note: z.string().nullable().default(null),
    price: z.string().meta({ format: "decimal" }),
    ratio: z.number(),
  })
  .meta({ description: "One value of each kind that has a canonical form.", id: "Reading" });

export const Attached = z
  .object({ name: z.string(), size: z.int(), start: z.string(), type: z.string() })
  .meta({ description: "What came as a file.", id: "Attached" });

export const NameTaken = declareError("NAME_TAKEN", {
  data: z.object({ taken_by: z.int() }),
  status: broken("typed-errors") ? 400 : 409,
});
