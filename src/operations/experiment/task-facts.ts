import { findBacklog } from "../../backlog/backlog.ts";
import { hasLabels, readClosedTasks, readTasks } from "../../backlog/read-tasks.ts";
import type { Task } from "../../backlog/task.ts";
import type { Experiment } from "../../core/experiment/experiment.ts";
import { hypothesisOf } from "../../core/experiment/task-draft.ts";
import type { LbEntry } from "../../core/score/ledger.ts";
import { publicLbInTask } from "../../core/score/task-lb.ts";
import { UserError } from "../../core/errors/user-error.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";

/** What an experiment's own files may leave to its task. */
interface Known {
  experiment: Experiment;
  publicLb: LbEntry | undefined;
}

/** What the task states now where the experiment's own files say nothing. */
export interface TaskFacts {
  hypothesis: string | null;
  publicLb: number | undefined;
}

/**
 * Of each experiment in its order, its hypothesis, from its task where its own file has none, and the public LB written
 * into its task where the ledger has none. A backlog that cannot be read gives nothing: what is wrong with it is said
 * by `tasks` and `plan`.
 */
export async function readTaskFacts(ws: Workspace, known: readonly Known[]): Promise<TaskFacts[]> {
  const asks = ({ experiment, publicLb }: Known) =>
    experiment.hypothesis === null || publicLb === undefined;
  const tasks = known.some(asks) ? await allTasks(ws) : [];
  return known.map(({ experiment, publicLb }) => {
    const task = tasks.find((one) => isTaskOf(one, experiment));
    return {
      hypothesis: experiment.hypothesis ?? hypothesisOf(task?.description ?? ""),
      publicLb: task === undefined || publicLb !== undefined ? undefined : publicLbInTask(task),
    };
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
