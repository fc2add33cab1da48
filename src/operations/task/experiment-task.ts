import { findBacklog, findBacklogConfig } from "../../backlog/backlog.ts";
import { editTask } from "../../backlog/edit-task.ts";
import { findTasksByLabels } from "../../backlog/read-tasks.ts";
import type { Task, TaskEdit } from "../../backlog/task.ts";
import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { readExperiment } from "../../storage/experiment/experiment-file.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";

/** The backlog task of an experiment: the one experiment.yml names, else the one with its labels. */
export async function findExperimentTask(
  ws: Workspace,
  experiment: string,
): Promise<string | undefined> {
  const { task } = await readExperiment(ws, experiment);
  if (task !== null) return task;
  const backlog = await findBacklog(ws.root);
  const labelled = await findTasksByLabels(backlog, ["exp", experiment]);
  return labelled[0]?.id;
}

/**
 * Moves the experiment's task to In Progress, where the backlog has that status and the task stands before it; a task
 * in review or done stays there. Says so, or why it could not; undefined where there was nothing to do.
 */
export async function startExperimentTask(
  context: Pick<Context, "now">,
  ws: Workspace,
  experiment: string,
): Promise<string | undefined> {
  if (findBacklogConfig(ws.root) === undefined) return undefined;
  try {
    const task = await findExperimentTask(ws, experiment);
    if (task === undefined) return undefined;
    const backlog = await findBacklog(ws.root);
    let moved: string | undefined;
    const start = (current: Task) => {
      const status = statusOnceStarted(current.status, backlog.config.statuses);
      moved = status && `${current.id} is ${status}`;
      return status === undefined ? undefined : { status };
    };
    await editTask(backlog, task, start, { now: context.now() });
    return moved;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `its task was not moved to In Progress: ${error.message}`;
  }
}

/** In Progress as the backlog spells it; undefined where it has none or the task has come that far. */
function statusOnceStarted(status: string, statuses: readonly string[]): string | undefined {
  const rank = (name: string) =>
    statuses.findIndex((one) => one.toLowerCase() === name.toLowerCase());
  const isBefore = rank(status) !== -1 && rank(status) < rank("In Progress");
  return isBefore && rank(status) !== rank("Done") ? statuses[rank("In Progress")] : undefined;
}

/**
 * Edits the experiment's task as `edit` says, or not at all where it says undefined; a person may be editing it too.
 * Says in words what came of it. A task that cannot be edited is said and fails nothing: the score is already kept.
 */
export async function editExperimentTask(
  context: Context,
  ws: Workspace,
  experiment: string,
  edit: (task: Task) => TaskEdit | undefined,
): Promise<{ task: string | null; summary: string }> {
  try {
    const task = await findExperimentTask(ws, experiment);
    if (task === undefined)
      return { task: null, summary: `no backlog task has the labels exp and ${experiment}` };
    const backlog = await findBacklog(ws.root);
    let edited = false;
    const watched = (current: Task) => {
      const change = edit(current);
      edited = change !== undefined;
      return change;
    };
    await editTask(backlog, task, watched, { now: context.now() });
    return { task, summary: edited ? `noted in ${task}` : `${task} already has this note` };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { task: null, summary: `no note was written to its task: ${error.message}` };
  }
}
