import { findBacklog } from "../../backlog/backlog.ts";
import { createTask } from "../../backlog/create-task.ts";
import { editTask } from "../../backlog/edit-task.ts";
import { findTasksByLabels } from "../../backlog/read-tasks.ts";
import type { Context } from "../../core/context.ts";
import { ownCriteria } from "../../core/experiment/acceptance-criteria.ts";
import { draftExperimentTask, hypothesisOf } from "../../core/experiment/task-draft.ts";
import { readExperiment } from "../../storage/experiment/experiment-file.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";

export interface EnsuredTask {
  id: string;
  status: "created" | "found";
  hypothesis: string | null;
  /** As experiment.yml remembers them. */
  criteria: number[] | undefined;
}

/** The experiment's backlog task: the one the plan made, known by its labels, else a new one. */
export async function ensureTask(
  context: Pick<Context, "now">,
  ws: Workspace,
  request: { name: string; parent: string | null; hypothesis: string | undefined },
): Promise<EnsuredTask> {
  const backlog = await findBacklog(ws.root);
  const now = context.now();
  const parent =
    request.parent === null
      ? undefined
      : { name: request.parent, task: (await readExperiment(ws, request.parent)).task };
  const [planned] = await findTasksByLabels(backlog, ["exp", request.name]);
  if (planned === undefined) {
    const draft = draftExperimentTask({ ...request, parent });
    const { id, acceptanceCriteria } = await createTask(backlog, draft, { now });
    const criteria = ownCriteria(acceptanceCriteria);
    return { id, status: "created", hypothesis: null, criteria };
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
  return {
    id: planned.id,
    status: "found",
    hypothesis: hypothesisOf(planned.description),
    criteria: ownCriteria(planned.acceptanceCriteria),
  };
}
