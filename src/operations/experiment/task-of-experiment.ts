import { findBacklog } from "../../backlog/backlog.ts";
import { readClosedTasks, readTasks } from "../../backlog/read-tasks.ts";
import type { Task } from "../../backlog/task.ts";
import type { Experiment } from "../../core/experiment/experiment.ts";
import { UserError } from "../../core/errors/user-error.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";

/** As `findExperimentTask` has it: the task that experiment.yml names, else the first with the experiment's labels. */
export type TaskFinder = (experiment: Pick<Experiment, "name" | "task">) => Task | undefined;

/**
 * The tasks of many experiments, open ones before closed ones. A backlog that cannot be read has none: what is wrong with
 * it is said by `tasks` and `plan`.
 */
export async function readExperimentTasks(ws: Workspace): Promise<TaskFinder> {
  const byId = new Map<string, Task>();
  const byLabel = new Map<string, Task>();
  for (const task of await allTasks(ws)) {
    if (!byId.has(task.id)) byId.set(task.id, task);
    if (!task.labels.includes("exp")) continue;
    for (const label of task.labels) if (!byLabel.has(label)) byLabel.set(label, task);
  }
  return ({ name, task: id }) => (id === null ? byLabel.get(name) : byId.get(id));
}

async function allTasks(ws: Workspace): Promise<Task[]> {
  try {
    const backlog = await findBacklog(ws.root);
    const { tasks } = await readTasks(backlog);
    return [...tasks, ...(await readClosedTasks(backlog))];
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}
