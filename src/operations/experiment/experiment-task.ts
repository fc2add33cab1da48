import { findBacklog } from "../../backlog/backlog.ts";
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
    return { task, summary: edited ? `noted in ${task}` : `${task} already says so` };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { task: null, summary: `its task was not noted: ${error.message}` };
  }
}
