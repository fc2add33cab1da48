import { findBacklog } from "../../backlog/backlog.ts";
import type { TaskHead } from "../../backlog/task.ts";
import { experimentNamePattern } from "../../core/experiment/experiment.ts";
import { hypothesisOf } from "../../core/experiment/task-draft.ts";
import { type Problem, problemOf } from "../../core/errors/problem.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import type { ExperimentRow } from "./experiment-row.ts";
import type { WorkspaceTasks } from "./workspace-tasks.ts";

/** What is to be tried: a task with the label exp, an experiment, or both. */
export interface Idea {
  experiment: string;
  task: Pick<TaskHead, "id" | "title" | "status" | "priority"> | undefined;
  hypothesis: string;
  /** The experiment whose task the task depends on. */
  base: string | undefined;
  /** What a search for similar ideas looks at. */
  text: string;
  row: ExperimentRow | undefined;
  /** The task is Done or was moved to completed/. */
  closed: boolean;
}

/** The ideas of a workspace by experiment, of its tasks. That there is no backlog is a problem. */
export async function readIdeas(
  ws: Workspace,
  rows: readonly ExperimentRow[],
  { open, closed }: WorkspaceTasks,
): Promise<{ ideas: Idea[]; problems: Problem[] }> {
  const completed = closed.filter(isOfExperiment);
  const all = [...open.filter(isOfExperiment), ...completed];
  const isCompleted = new Set(completed);
  // Of two with one id the first.
  const orderOf = new Map(all.map(({ id }, order) => [id, order] as const).toReversed());
  const baseOf = ({ dependencies }: TaskHead) => {
    const orders = dependencies.map((id) => orderOf.get(id)).filter((one) => one !== undefined);
    return orders.length === 0 ? undefined : experimentOf(all[Math.min(...orders)]!);
  };
  const rowOf = new Map(rows.map((row) => [row.experiment, row]));
  const ideas = new Map<string, Idea>();
  for (const task of all) {
    const experiment = experimentOf(task);
    if (experiment === undefined || ideas.has(experiment)) continue;
    ideas.set(experiment, {
      experiment,
      task,
      hypothesis: hypothesisOf(task.description) ?? task.title.replace(/^exp\w+:\s*/, ""),
      text: `${task.title}\n${task.description}`,
      row: rowOf.get(experiment),
      base: baseOf(task),
      closed: isCompleted.has(task) || task.status.toLowerCase() === "done",
    });
  }
  for (const row of rows) {
    if (ideas.has(row.experiment) || row.hypothesis === null) continue;
    const { experiment, hypothesis } = row;
    ideas.set(experiment, {
      experiment,
      task: undefined,
      base: row.parent ?? undefined,
      hypothesis,
      text: hypothesis,
      row,
      closed: false,
    });
  }
  return { ideas: [...ideas.values()], problems: await noBacklog(ws) };
}

/** None where there is a backlog and its settings can be read. */
async function noBacklog(ws: Workspace): Promise<Problem[]> {
  try {
    await findBacklog(ws.root);
    return [];
  } catch (error) {
    return [problemOf(error, ws.root)];
  }
}

function isOfExperiment(task: TaskHead): boolean {
  return task.labels.includes("exp");
}

function experimentOf(task: TaskHead): string | undefined {
  return task.labels.find((label) => experimentNamePattern.test(label));
}
