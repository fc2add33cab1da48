import type { Context } from "../../../core/context.ts";
import type { Kaggle } from "../../../clients/kaggle/open-kaggle.ts";
import { withWorkspaceLock } from "../../../storage/workspace/workspace-lock.ts";
import type { Workspace } from "../../../storage/workspace/workspace.ts";
import type { CodeStepName, PlannedStep, PreparedOutput, StepOutcome } from "../../platform.ts";
import { type LivePipeline, openPipeline, type Pipeline } from "./pipeline.ts";
import { outputFile } from "./output-step.ts";
import { type Step, steps } from "./steps.ts";

/** What each step would do; one after a step that is to be done is to be done too. */
export async function planSteps(ws: Workspace, experiment: string): Promise<PlannedStep[]> {
  const pipeline = await openPipeline(ws, experiment);
  let before: string | undefined;
  return steps.map((step) => {
    const { status, why } = step.plan(pipeline);
    const pulled = status === "up-to-date" && before !== undefined && step.name !== "model";
    if (status === "pending" || pulled) before = step.name;
    return {
      name: step.name,
      status: pulled ? "pending" : status,
      why: pulled ? `${before} comes before it` : why,
    };
  });
}

/** Does what is to be done up to `until`, each step noted as soon as it is done. */
export async function prepareCode(
  api: Kaggle,
  ws: Workspace,
  experiment: string,
  until: CodeStepName,
  context: Context,
  timeoutSeconds: number,
): Promise<{ steps: StepOutcome[]; output: PreparedOutput | null }> {
  return withWorkspaceLock(ws, `kaggle-${experiment}`, async () => {
    const opened = await openPipeline(ws, experiment);
    const owner = await api.username();
    const pipeline: LivePipeline = Object.assign(opened, { api, owner, context, timeoutSeconds });
    const outcomes: StepOutcome[] = [];
    for (const step of steps.slice(0, steps.findIndex(({ name }) => name === until) + 1))
      outcomes.push(await runStep(step, pipeline));
    return { steps: outcomes, output: until === "output" ? preparedOutput(pipeline) : null };
  });
}

async function runStep(step: Step, pipeline: LivePipeline): Promise<StepOutcome> {
  const { name } = step;
  const { status, why } = step.plan(pipeline);
  if (status !== "pending") return { name, status, summary: why };
  pipeline.context.progress.step(`${name}: ${why}`);
  return { name, status: "done", summary: await step.run(pipeline) };
}

function preparedOutput(pipeline: Pipeline): PreparedOutput {
  const { ref, version, name } = pipeline.state.output!;
  return {
    file: outputFile(pipeline, name),
    notebook: { ref, version, outputFile: name },
  };
}

/** The wheels alone, for no experiment in particular. */
export async function prepareDeps(
  api: Kaggle,
  ws: Workspace,
  context: Context,
  timeoutSeconds: number,
): Promise<StepOutcome> {
  const {
    steps: [outcome],
  } = await prepareCode(api, ws, "deps", "deps", context, timeoutSeconds);
  return outcome!;
}
