import { findBacklog, findBacklogConfig } from "../../backlog/backlog.ts";
import { readClosedTasks, readTasks } from "../../backlog/read-tasks.ts";
import type { ListedTask } from "../../backlog/task.ts";
import { type Problem, problemOf } from "../../core/errors/problem.ts";
import type { Experiment } from "../../core/experiment/experiment.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";

/** As `findExperimentTask` has it: the task that experiment.yml names, else the first with the experiment's labels. */
export type TaskFinder = (experiment: Pick<Experiment, "name" | "task">) => ListedTask | undefined;

/** The tasks of a workspace. */
export interface WorkspaceTasks {
  open: readonly ListedTask[];
  closed: readonly ListedTask[];
}

/** Where there is no backlog, or it cannot be read, there are none; the last is a problem. */
export async function readWorkspaceTasks(
  ws: Workspace,
): Promise<WorkspaceTasks & { problems: Problem[] }> {
  if (findBacklogConfig(ws.root) === undefined) return { open: [], closed: [], problems: [] };
  try {
    const backlog = await findBacklog(ws.root);
    const { tasks, problems } = await readTasks(backlog);
    return { open: tasks, closed: await readClosedTasks(backlog), problems };
  } catch (error) {
    return { open: [], closed: [], problems: [problemOf(error, ws.root)] };
  }
}

export function taskFinder({ open, closed }: WorkspaceTasks): TaskFinder {
  const byId = new Map<string, ListedTask>();
  const byLabel = new Map<string, ListedTask>();
  for (const task of [...open, ...closed]) {
    if (!byId.has(task.id)) byId.set(task.id, task);
    if (!task.labels.includes("exp")) continue;
    for (const label of task.labels) if (!byLabel.has(label)) byLabel.set(label, task);
  }
  return ({ name, task: id }) => (id === null ? byLabel.get(name) : byId.get(id));
}
