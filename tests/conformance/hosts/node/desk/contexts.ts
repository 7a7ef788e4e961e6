// The contexts: what clients read.
import { Conflict, client, context, NotFound } from "@mizan/server";
import { z } from "zod";
import { Notice, Project, Search, Task } from "./models.js";
import { language } from "./seen.js";
import * as store from "./store.js";
import { broken } from "./switches.js";

export const projectContext = context("project");
export const boardContext = context("board", { public: !broken("public-context") });
export const inboxContext = context("inbox", { identity: !broken("scope-identity") });
export const roomContext = context("room");
export const searchContext = context("search");
export const fragileContext = context("fragile");
export const tickerContext = context("ticker");

const CACHE = broken("origin-cache") ? false : undefined;
const GUARDED = !broken("auth-guards");

export const projectInfo = client(
  {
    cache: CACHE,
    context: projectContext,
    doc: "One project.",
    input: { project_id: z.int() },
    output: Project,
  },
  async (_, { project_id }) => {
    store.count("project_info");
    const project = store.projects.get(project_id);
    if (!project) throw new NotFound("There is no such project.");
    return project;
  },
);

export const projectTasks = client(
  {
    cache: CACHE,
    context: broken("context-bundle") ? "shelf" : projectContext,
    doc: "Its first tasks.",
    input: z.object({ limit: z.int().min(1).max(100).default(10), project_id: z.int() }),
    output: z.array(Task),
  },
  (_, { limit, project_id }) => {
    store.count("project_tasks");
    return (store.tasks.get(project_id) ?? []).slice(0, limit);
  },
);

export const projectViewer = client(
  {
    cache: CACHE,
    context: projectContext,
    doc: "Who looks at it.",
    identity: true,
    output: z.string().nullable(),
  },
  async ({ identity }) => {
    store.count("project_viewer");
    return identity?.sub ?? null;
  },
);

export const boardNotices = client(
  {
    cache: CACHE ?? 60,
    context: boardContext,
    doc: "The sheets of a topic, ten a page.",
    input: { page: z.int().default(1), topic: z.string().default("all") },
    output: z.array(Notice),
    route: "/board/:topic",
  },
  async (_, { page, topic }) => {
    store.count("board_notices");
    const found = store.notices.filter((notice) => topic === "all" || notice.topic === topic);
    return found.slice(10 * page - 10, 10 * page);
  },
);

export const boardTopics = client(
  {
    cache: CACHE ?? 120,
    context: boardContext,
    doc: "All topics.",
    output: z.array(z.string()),
  },
  () => {
    store.count("board_topics");
    const topics = [...new Set(store.notices.map(({ topic }) => topic))].sort();
    return broken("unkeyed-inputs") ? [...topics, ...language().split(" ")] : topics;
  },
);

export const inboxMessages = client(
  {
    auth: GUARDED ? "authenticated" : undefined,
    cache: CACHE,
    context: inboxContext,
    doc: "The messages of whoever asks.",
    identity: true,
    output: z.array(z.string()),
  },
  async ({ identity }) => {
    store.count("inbox_messages");
    return store.messages.get(identity?.sub ?? "") ?? [];
  },
);

export const roomMembers = client(
  {
    auth: GUARDED ? "authenticated" : undefined,
    context: roomContext,
    doc: "Who works here.",
    output: z.array(z.string()),
  },
  async () => {
    store.count("room_members");
    return ["ada", "root"];
  },
);

export const roomWages = client(
  {
    auth: GUARDED ? "staff" : undefined,
    context: roomContext,
    doc: "What they get.",
    output: z.int(),
  },
  async () => {
    store.count("room_wages");
    return 4200;
  },
);

export const searchQuery = client(
  {
    context: searchContext,
    doc: "What the query was read as.",
    input: z.object({
      day: z.iso.date().nullable().default(null),
      exact: z.boolean().default(false),
      ratio: z.number().nullable().default(null),
      tags: z.array(z.string()).default([]),
      words: z.string(),
    }),
    output: Search,
  },
  async (_, search) => {
    store.count("search_query");
    return search;
  },
);

export const fragileFirst = client(
  {
    context: fragileContext,
    doc: "Fails where `fail` has an `f`.",
    input: { fail: z.string().default("") },
    output: z.int(),
  },
  async (_, { fail }) => {
    store.count("fragile_first");
    if (fail.includes("f") && !broken("bundle-whole")) throw new NotFound("The first one failed.");
    return 1;
  },
);

export const fragileSecond = client(
  {
    context: fragileContext,
    doc: "Fails where `fail` has an `s`.",
    input: { fail: z.string().default("") },
    output: z.int(),
  },
  (_, { fail }) => {
    store.count("fragile_second");
    if (fail.includes("s")) throw new Conflict("The second one failed.");
    return 2;
  },
);

export const tickerCount = client(
  {
    cache: broken("cache-off") ? undefined : false,
    context: tickerContext,
    doc: "How often it was read since the reset.",
    output: z.int(),
  },
  async () => store.count("ticker_count"),
);
