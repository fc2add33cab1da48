import { readdir } from "node:fs/promises";
import { findBacklog } from "../backlog/backlog.ts";
import { listDocs } from "../backlog/docs.ts";
import { readTasks } from "../backlog/read-tasks.ts";
import type { Completion } from "./operation.ts";
import { listExperiments, openWorkspace, paths, type Workspace } from "../storage/workspace.ts";

interface Candidate {
  value: string;
  description: string;
}

/** What the workspace around the current folder has of a kind; files and folders are the shell's own business. */
export async function candidates(kind: Completion): Promise<Candidate[]> {
  if (kind === "file" || kind === "folder") return [];
  return sources[kind](await openWorkspace(process.cwd()));
}

const sources: Record<
  Exclude<Completion, "file" | "folder">,
  (ws: Workspace) => Promise<Candidate[]>
> = {
  experiment: async (ws) => (await listExperiments(ws)).toReversed().map(plain),
  run: async (ws) =>
    (await readdir(paths.runs(ws))).toSorted().toReversed().slice(0, 50).map(plain),
  task: async (ws) => {
    const { tasks } = await readTasks(await findBacklog(ws.root));
    return tasks.map(({ id, title }) => ({ value: id, description: title }));
  },
  doc: async (ws) => {
    const { docs } = await listDocs(await findBacklog(ws.root));
    return docs.map(({ id, title }) => ({ value: id, description: title }));
  },
};

function plain(value: string): Candidate {
  return { value, description: "" };
}
