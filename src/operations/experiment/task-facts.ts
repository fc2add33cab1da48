import { findBacklog, findBacklogConfig } from "../../backlog/backlog.ts";
import { type ParsedTask, parseTask } from "../../backlog/parse-task.ts";
import { hasLabels, readEachClosedTask, readEachTask } from "../../backlog/read-tasks.ts";
import { taskHead } from "../../backlog/task-head.ts";
import type { TaskHead } from "../../backlog/task.ts";
import type { Experiment } from "../../core/experiment/experiment.ts";
import { hypothesisOf } from "../../core/experiment/task-draft.ts";
import type { LbEntry } from "../../core/score/ledger.ts";
import { publicLbInTask } from "../../core/score/task-lb.ts";
import { type Problem, problemOf } from "../../core/errors/problem.ts";
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
 * into its task where the ledger has none. A task or a backlog that cannot be read gives nothing and is a problem.
 */
export async function readTaskFacts(
  ws: Workspace,
  known: readonly Known[],
): Promise<{ facts: TaskFacts[]; problems: Problem[] }> {
  const asks = ({ experiment, publicLb }: Known) =>
    experiment.hypothesis === null || publicLb === undefined;
  const { tasks, problems } = known.some(asks) ? await allTasks(ws) : { tasks: [], problems: [] };
  const facts = known.map(({ experiment, publicLb }) => {
    const task = tasks.find((one) => isTaskOf(one, experiment));
    return {
      hypothesis: experiment.hypothesis ?? hypothesisOf(task?.description ?? ""),
      publicLb: publicLb !== undefined ? undefined : task?.publicLb,
    };
  });
  return { facts, problems };
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

async function allTasks(ws: Workspace): Promise<{ tasks: Facts[]; problems: Problem[] }> {
  if (findBacklogConfig(ws.root) === undefined) return { tasks: [], problems: [] };
  try {
    const backlog = await findBacklog(ws.root);
    const { tasks, problems } = await readEachTask(backlog, factsIn);
    const closed = await readEachClosedTask(backlog, factsIn);
    return { tasks: [...tasks, ...closed], problems };
  } catch (error) {
    return { tasks: [], problems: [problemOf(error, ws.root)] };
  }
}
