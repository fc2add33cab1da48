import { findBacklog, findBacklogConfig } from "../../backlog/backlog.ts";
import { readClosedTasks, readTasks } from "../../backlog/read-tasks.ts";
import type { ListedTask } from "../../backlog/task.ts";
import { type Problem, problemOf } from "../../core/errors/problem.ts";
import type { Experiment } from "../../core/experiment/experiment.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";

/** As `findExperimentTask` has it: the task that experiment.yml names, else the first with the experiment's labels. */
export type TaskFinder = (experiment: Pick<Experiment, "name" | "task">) => ListedTask | undefined;

/** The tasks of many experiments, open ones before closed ones. What cannot be read gives nothing and is a problem. */
export async function readExperimentTasks(
  ws: Workspace,
): Promise<{ findTask: TaskFinder; problems: Problem[] }> {
  const { tasks, problems } = await allTasks(ws);
  const byId = new Map<string, ListedTask>();
  const byLabel = new Map<string, ListedTask>();
  for (const task of tasks) {
    if (!byId.has(task.id)) byId.set(task.id, task);
    if (!task.labels.includes("exp")) continue;
    for (const label of task.labels) if (!byLabel.has(label)) byLabel.set(label, task);
  }
  return {
    findTask: ({ name, task: id }) => (id === null ? byLabel.get(name) : byId.get(id)),
    problems,
  };
}

async function allTasks(ws: Workspace): Promise<{ tasks: ListedTask[]; problems: Problem[] }> {
  if (findBacklogConfig(ws.root) === undefined) return { tasks: [], problems: [] };
  try {
    const backlog = await findBacklog(ws.root);
    const { tasks, problems } = await readTasks(backlog);
    return { tasks: [...tasks, ...(await readClosedTasks(backlog))], problems };
  } catch (error) {
    return { tasks: [], problems: [problemOf(error, ws.root)] };
  }
}
