import { findBacklog } from "../../backlog/backlog.ts";
import { hasLabels, readClosedTasks, readTasks } from "../../backlog/read-tasks.ts";
import type { Task } from "../../backlog/task.ts";
import type { Experiment } from "../../core/experiment/experiment.ts";
import { hypothesisOf } from "../../core/experiment/task-draft.ts";
import { UserError } from "../../core/errors/user-error.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";

/**
 * The experiments, each with the hypothesis that its task states now where its own file has none. A backlog that
 * cannot be read leaves them as they are: what is wrong with it is said by `tasks` and `plan`.
 */
export async function withTaskHypotheses(
  ws: Workspace,
  experiments: readonly Experiment[],
): Promise<Experiment[]> {
  if (experiments.every(({ hypothesis }) => hypothesis !== null)) return [...experiments];
  const tasks = await allTasks(ws);
  return experiments.map((experiment) => {
    if (experiment.hypothesis !== null) return experiment;
    const task = tasks.find((one) => isTaskOf(one, experiment));
    return { ...experiment, hypothesis: hypothesisOf(task?.description ?? "") };
  });
}

/** As `findExperimentTask` has it: the task that experiment.yml names, else the one with its labels. */
function isTaskOf(task: Task, { name, task: id }: Experiment): boolean {
  return id === null ? hasLabels(task, ["exp", name]) : task.id === id;
}

async function allTasks(ws: Workspace): Promise<Task[]> {
  try {
    const backlog = await findBacklog(ws.root);
    const [{ tasks }, closed] = await Promise.all([readTasks(backlog), readClosedTasks(backlog)]);
    return [...tasks, ...closed];
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}
