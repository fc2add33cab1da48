import { existsSync } from "node:fs";
import { findBacklog } from "../../backlog/backlog.ts";
import { findTasksByLabels } from "../../backlog/read-tasks.ts";
import type { TaskHead } from "../../backlog/task.ts";
import { experimentNamePattern, nextExperimentName } from "../../core/experiment/experiment.ts";
import { hypothesisOf, isNoIdea } from "../../core/experiment/task-draft.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { listExperiments, paths, type Workspace } from "../../storage/workspace/workspace.ts";

/** The experiment that was planned for exactly this hypothesis and is not made yet; without one, the next if it is planned. */
export async function plannedFor(
  ws: Workspace,
  hypothesis: string | undefined,
): Promise<string | undefined> {
  const planned = await findTasksByLabels(await findBacklog(ws.root), ["exp"]);
  const next = nextExperimentName(await listExperiments(ws));
  const isMeant = (task: TaskHead) =>
    hypothesis === undefined ? task.labels.includes(next) : isSameIdea(task, hypothesis);
  return planned
    .filter((task) => isMeant(task) && task.status.toLowerCase() !== "done")
    .flatMap(({ labels }) => labels.filter((label) => experimentNamePattern.test(label)))
    .find((name) => !existsSync(paths.experiment(ws, name)));
}

/** Throws a UserError where the experiment's number is planned for another idea: its score would land on that one's task. */
export async function refuseOtherIdea(
  ws: Workspace,
  name: string,
  hypothesis: string | undefined,
): Promise<void> {
  if (hypothesis === undefined) return;
  const [task] = await findTasksByLabels(await findBacklog(ws.root), ["exp", name]);
  const planned = task && hypothesisOf(task.description);
  if (task === undefined || !planned || isNoIdea(planned) || isSameIdea(task, hypothesis)) return;
  throw new UserError({
    code: "experiment-planned",
    message: `${name} is planned for another idea: ${task.id} ${task.title}`,
    expected: `that idea (no --hypothesis), or another number`,
    next: { operation: "new", input: { hypothesis }, why: "takes the next free number" },
    exitCode: 2,
  });
}

function isSameIdea({ description }: TaskHead, hypothesis: string): boolean {
  return words(hypothesisOf(description) ?? "") === words(hypothesis.split("\n")[0]!);
}

function words(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ").toLowerCase();
}
