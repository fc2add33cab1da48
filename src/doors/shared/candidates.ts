import { readdir } from "node:fs/promises";
import { findBacklog } from "../../backlog/backlog.ts";
import { listDocs } from "../../backlog/docs.ts";
import { readTasks } from "../../backlog/read-tasks.ts";
import type { Completion } from "../../operations/operation.ts";
import {
  listExperiments,
  openWorkspace,
  paths,
  type Workspace,
} from "../../storage/workspace/workspace.ts";

interface Candidate {
  value: string;
  description: string;
}

type Named = Exclude<Completion, "file" | "folder">;

/** What the workspace around a folder has of a kind, for a shell to offer. */
export async function candidates(kind: Named, cwd: string): Promise<Candidate[]> {
  return sources[kind](await openWorkspace(cwd));
}

const sources: Record<Named, (ws: Workspace) => Promise<Candidate[]>> = {
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
