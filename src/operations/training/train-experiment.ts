import { foldText } from "../../core/competition/validation-setting.ts";
import type { Context } from "../../core/context.ts";
import { hasValidationGuess } from "../../storage/competition/validation-guess.ts";
import { readRun } from "../../storage/run/run-record.ts";
import { openWorkspace, type Workspace } from "../../storage/workspace/workspace.ts";
import { checkFirst } from "../check/check-first.ts";
import type { TrainRequest, TrainResult } from "../commands/train/train.ts";
import { startExperimentTask } from "../task/experiment-task.ts";
import { chooseTarget } from "../run/choose-target.ts";
import { readMachineRequest } from "../run/machine-request.ts";
import { summariseRun } from "../run/run-summary.ts";
import { scriptArguments } from "../run/script-arguments.ts";
import { type StartedRun, startRun } from "../run/start-run.ts";
import { trainingScript } from "../run/training-script.ts";
import { watchRun } from "../run/watch-run.ts";

/** The operation `train`: checks, starts, and watches the run or leaves it. */
export async function trainExperiment(
  context: Context,
  request: TrainRequest,
): Promise<TrainResult> {
  const ws = await openWorkspace(context.cwd);
  const { experiment } = request;
  const script = await trainingScript(ws, experiment);
  const asked = scriptArguments(request);
  if (request.check) await checkFirst(context, ws, experiment);
  const target = request.on ?? (await chooseTarget(context, ws, experiment));
  if (target === "skip") return { outcome: "skipped" as const, experiment };
  const { on, debug, machine } =
    typeof target === "string"
      ? { on: target, debug: false, machine: readMachineRequest(request) }
      : target;
  if (await hasValidationGuess(ws.root)) context.progress.step(guessWarning(ws));
  const args = scriptArguments({ ...request, debug: asked.debug || debug });
  const started = await startRun(context, ws, {
    kind: "train",
    experiment,
    script,
    backend: on,
    machine,
    ...args,
  });
  if (!args.debug) {
    const moved = await startExperimentTask(context, ws, experiment);
    if (moved !== undefined) context.progress.step(moved);
  }
  return finish(ws, context, started, request.detach);
}

function guessWarning({ project }: Workspace): string {
  const { n_splits, n_repeats, strategy } = project.validation;
  return `validation is still init's guess (${foldText(n_splits, n_repeats)} ${strategy}); crossfold split --write decides it from the data`;
}

async function finish(ws: Workspace, context: Context, started: StartedRun, detach: boolean) {
  const { id } = started.handle;
  context.progress.step(`run ${id}`);
  if (!detach) return { outcome: "ended" as const, ...(await watchRun(context, ws, started)) };
  const run = await summariseRun(ws, await readRun(ws, id), context.now());
  return { outcome: "detached" as const, run };
}
