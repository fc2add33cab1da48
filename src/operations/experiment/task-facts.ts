import { findBacklog } from "../../backlog/backlog.ts";
import { type ParsedTask, parseTask } from "../../backlog/parse-task.ts";
import { hasLabels, readEachClosedTask, readEachTask } from "../../backlog/read-tasks.ts";
import { taskHead } from "../../backlog/task-head.ts";
import type { TaskHead } from "../../backlog/task.ts";
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
      publicLb: publicLb !== undefined ? undefined : task?.publicLb,
    };
  });
}

/** As `findExperimentTask` has it: the task that experiment.yml names, else the one with its labels. */
function isTaskOf(task: TaskHead, { name, task: id }: Experiment): boolean {
  return id === null ? hasLabels(task, ["exp", name]) : task.id === id;
}

/** What is kept of a task: its notes may be long. */
type Facts = TaskHead & { publicLb: number | undefined };

function factsIn(text: string, file: string): ParsedTask<Facts> {
  const parsed = parseTask(text, file);
  if (!parsed.ok) return parsed;
  const publicLb = publicLbInTask(parsed.task);
  return { ok: true, task: { ...taskHead(parsed.task), publicLb } };
}

async function allTasks(ws: Workspace): Promise<Facts[]> {
  try {
    const backlog = await findBacklog(ws.root);
    const { tasks } = await readEachTask(backlog, factsIn);
    const closed = await readEachClosedTask(backlog, factsIn);
    return [...tasks, ...closed];
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}
