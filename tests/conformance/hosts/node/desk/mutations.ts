// The mutations: what clients change, and what that makes stale.
import { client } from "@mizan/server";
import { z } from "zod";
import {
  boardContext,
  boardNotices,
  fragileContext,
  inboxContext,
  projectContext,
  projectTasks,
  roomContext,
  searchContext,
  tickerContext,
} from "./contexts.js";
import { Name, NameTaken, Notice, Project, Task } from "./models.js";
import * as store from "./store.js";
import { broken } from "./switches.js";

const SILENT = broken("invalidation-body");
const MERGES = !broken("merge");
const ALL = [
  boardContext,
  fragileContext,
  inboxContext,
  projectContext,
  roomContext,
  searchContext,
];

/** A project that is there. */
function projectOf(project_id: number): Project {
  const project = store.projects.get(project_id);
  if (!project) throw new Error(`there is no project ${project_id}`);
  return project;
}

/** The tasks of a project that is there. */
function tasksOf(project_id: number): Task[] {
  const tasks = store.tasks.get(project_id);
  if (!tasks) throw new Error(`there is no project ${project_id}`);
  return tasks;
}

export const reset = client(
  {
    affects: broken("discovery") ? ALL : [...ALL, tickerContext],
    doc: "Put all data back, and the counts to nothing.",
  },
  async () => store.reset(),
);

export const renameProject = client(
  {
    affects: SILENT || broken("scope-name") ? [] : projectContext,
    doc: "Give a project another name, which no other has.",
    errors: [NameTaken],
    input: { name: Name, project_id: z.int() },
    output: Project,
  },
  async (req, { name, project_id }) => {
    store.count("rename_project");
    for (const other of store.projects.values()) {
      if (other.name === name && other.project_id !== project_id) {
        throw new NameTaken("That name is taken.", { taken_by: other.project_id });
      }
    }
    if (broken("scope-name")) req.invalidate(projectContext);
    const project = { ...projectOf(project_id), name };
    store.projects.set(project_id, project);
    return project;
  },
);

export const addProject = client(
  {
    affects: SILENT ? [] : projectContext,
    affectsParams:
      SILENT || broken("scope-computed") ? undefined : ({ project_id }) => ({ project_id }),
    doc: "Begin another project.",
    input: { name: Name },
    output: Project,
  },
  (_, { name }) => {
    const project = { name, project_id: Math.max(...store.projects.keys()) + 1 };
    store.projects.set(project.project_id, project);
    store.tasks.set(project.project_id, []);
    return project;
  },
);

export const moveTasks = client(
  {
    affects: SILENT ? [] : [projectTasks],
    doc: "Move all tasks to another project; how many were moved.",
    input: { project_id: z.int(), to: z.int() },
    output: z.int(),
  },
  async (req, { project_id, to }) => {
    const moved = tasksOf(project_id);
    store.tasks.set(to, [...tasksOf(to), ...moved]);
    store.tasks.set(project_id, []);
    if (!broken("scope-computed")) req.invalidate(projectTasks, { project_id: to });
    return moved.length;
  },
);

export const closeProject = client(
  {
    doc: "Say in its name that a project is over.",
    input: { project_id: z.int() },
    merge: MERGES ? projectContext : [],
    output: Project,
  },
  async (_, { project_id }) => {
    const project = { ...projectOf(project_id), name: "Closed" };
    store.projects.set(project_id, project);
    return project;
  },
);

export const addTask = client(
  {
    doc: "Add a task to a project.",
    input: { project_id: z.int(), title: Name },
    merge: MERGES ? [projectTasks] : [],
    output: Task,
  },
  (_, { project_id, title }) => {
    const tasks = tasksOf(project_id);
    const task: Task = { id: tasks.length + 1, status: "open", title };
    tasks.push(task);
    return task;
  },
);

export const sortTasks = client(
  {
    doc: "Sort the tasks of a project by title; the first of them.",
    input: { limit: z.int().default(10), project_id: z.int() },
    merge: MERGES ? [projectTasks] : [],
    output: z.array(Task),
  },
  async (_, { limit, project_id }) => {
    const tasks = tasksOf(project_id);
    tasks.sort((left, right) => (left.title < right.title ? -1 : 1));
    return tasks.slice(0, limit);
  },
);

export const clearInbox = client(
  {
    affects: SILENT ? [] : inboxContext,
    auth: "authenticated",
    doc: "Throw away the messages of whoever asks.",
    identity: true,
  },
  async ({ identity }) => {
    store.messages.set(identity.sub, []);
  },
);

export const reindex = client(
  {
    affects: SILENT ? [] : [boardContext, projectContext],
    affectsParams: broken("scope-broad") ? () => ({ page: 1, project_id: 1 }) : undefined,
    doc: "Everything on the board and in the projects may be different.",
  },
  async () => undefined,
);

export const pinNotice = client(
  {
    affects: SILENT ? [] : boardContext,
    doc: "Put a sheet on the board.",
    input: { text: z.string(), topic: z.string() },
    output: Notice,
  },
  async (_, notice) => {
    store.notices.push(notice);
    return notice;
  },
);

export const tidyPage = client(
  {
    affects: SILENT ? [] : [boardNotices],
    doc: "Say that a page of the board changed.",
    input: { page: z.int() },
  },
  async () => undefined,
);

export const failAfterWriting = client(
  {
    affects: SILENT ? [] : [projectContext, boardContext],
    doc: "Changes a name, says more, and fails.",
    input: { project_id: z.int() },
  },
  async (req, { project_id }) => {
    store.projects.set(project_id, { name: "Half", project_id });
    req.invalidate(boardContext);
    throw new Error("it has a mistake");
  },
);
