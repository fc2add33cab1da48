import { findBacklog } from "../../backlog/backlog.ts";
import { createTask } from "../../backlog/create-task.ts";
import { editTask } from "../../backlog/edit-task.ts";
import { findTasksByLabels } from "../../backlog/read-tasks.ts";
import type { Context } from "../../core/context.ts";
import { draftExperimentTask, hypothesisOf } from "../../core/experiment/task-draft.ts";
import { readExperiment } from "../../storage/experiment/experiment-file.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";

/** The experiment's backlog task: the one the plan made, known by its labels, else a new one. */
export async function ensureTask(
  context: Pick<Context, "now">,
  ws: Workspace,
  request: { name: string; parent: string | null; hypothesis: string | undefined },
): Promise<{ id: string; status: "created" | "found"; hypothesis: string | null }> {
  const backlog = await findBacklog(ws.root);
  const now = context.now();
  const parent =
    request.parent === null
      ? undefined
      : { name: request.parent, task: (await readExperiment(ws, request.parent)).task };
  const [planned] = await findTasksByLabels(backlog, ["exp", request.name]);
  if (planned === undefined) {
    const draft = draftExperimentTask({ ...request, parent });
    const { id } = await createTask(backlog, draft, { now });
    return { id, status: "created", hypothesis: null };
  }
  const dependency = parent?.task;
  if (dependency) {
    await editTask(
      backlog,
      planned.id,
      (task) =>
        task.dependencies.includes(dependency) ? undefined : { addDependencies: [dependency] },
      { now },
    );
  }
  return { id: planned.id, status: "found", hypothesis: hypothesisOf(planned.description ?? "") };
}
