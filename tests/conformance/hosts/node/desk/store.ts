// The desk's data, in memory, and how often each function ran.
import type { Notice, Project, Task } from "./models.js";

export const projects: Map<number, Project> = new Map();
export const tasks: Map<number, Task[]> = new Map();
export const notices: Notice[] = [];
export const messages: Map<string, string[]> = new Map();
const counts = new Map<string, number>();

/** Counts a run, and says which it is. */
export function count(name: string): number {
  const run = (counts.get(name) ?? 0) + 1;
  counts.set(name, run);
  return run;
}

/** How often each function ran. */
export const runs = (): Record<string, number> => Object.fromEntries(counts);

/** Puts everything back as it is at the start. */
export function reset(): void {
  projects.clear();
  projects.set(1, { name: "Harbour", project_id: 1 });
  projects.set(2, { name: "Lighthouse", project_id: 2 });
  tasks.clear();
  tasks.set(1, [
    { id: 1, status: "open", title: "Dredge" },
    { id: 2, status: "done", title: "Paint" },
  ]);
  tasks.set(2, []);
  notices.splice(0);
  notices.push({ text: "Two for sale.", topic: "boats" });
  notices.push({ text: "Herring on Friday.", topic: "fish" });
  messages.clear();
  messages.set("ada", ["The crane is back."]);
  messages.set("eve", ["Welcome."]);
  counts.clear();
}

reset();
