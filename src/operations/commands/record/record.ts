import { z } from "zod";
import type { Context } from "../../../core/context.ts";
import { experimentNamePattern } from "../../../core/experiment/experiment.ts";
import { hasEnded, type Run } from "../../../core/run/run.ts";
import { resolveRun } from "../../../core/run/run-reference.ts";
import { shownScore, shownScoreShape } from "../../../core/score/shown-score.ts";
import { UserError } from "../../../core/errors/user-error.ts";
import { readRankingMetric } from "../../../storage/score/ranking-metric.ts";
import {
  experimentFolder,
  openWorkspace,
  type Workspace,
} from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { currentRuns } from "../../run/current-runs.ts";
import { recordAgain } from "../../run/finalize-run.ts";
import { sendTracking } from "../../run/send-tracking.ts";

const input = z.object({
  target: z
    .string()
    .describe("An experiment (its newest training run that succeeded) or a run's id"),
});

const output = z.object({
  experiment: z.string(),
  run: z.string(),
  score: z.number(),
  ...shownScoreShape,
  /** What to mind about the score, such as one too good to be true. */
  warnings: z.array(z.string()),
  /** True where the score had been recorded before. */
  already: z.boolean(),
  task: z.string().nullable(),
  summary: z.string(),
  /** What came of sending MLflow's server what it had missed; null where it had missed nothing. */
  tracking: z.string().nullable(),
});

export const record = defineOperation({
  description:
    "Records the CV score of a run that has ended, from the metrics.json it wrote. Training does this by itself; use it for an old run, or once the reason the score was not recorded is fixed. Debug runs and failed runs are refused. What a run noted in MLflow while its server could not be reached is sent too.",
  whenToUse: "Seldom needed: training records by itself.",
  input,
  output,
  effect: "write",
  idempotent: true,
  positionals: ["target"],
  completions: { target: "experiment" },
  examples: [
    { command: "record exp001", summary: "its newest training run that succeeded" },
    { command: "record 20261123-011530-exp002-k3f9", summary: "this run" },
  ],
  async run(context, { target }) {
    const ws = await openWorkspace(context.cwd);
    const run = await chooseRun(context, ws, target);
    const tracking = (await sendTracking(context, ws, run.spec.id)) ?? null;
    if (run.state !== "succeeded") throw notRecordable(run, whyNone(run), tracking);
    const recorded = await recordAgain(context, ws, run.spec.id);
    if (recorded.refusal !== undefined) throw recorded.refusal;
    if (recorded.score === null) throw notRecordable(run, recorded.summary, tracking);
    return {
      experiment: run.spec.experiment!,
      run: run.spec.id,
      score: recorded.score,
      ...shownScore(recorded.line, await readRankingMetric(ws)),
      warnings: recorded.line?.warnings ?? [],
      already: recorded.already,
      task: recorded.task,
      summary: recorded.summary,
      tracking,
    };
  },
});

async function chooseRun(context: Context, ws: Workspace, target: string): Promise<Run> {
  const { runs, problems } = await currentRuns(context, ws);
  if (!experimentNamePattern.test(target)) {
    const run = resolveRun(target, runs, problems);
    if (hasEnded(run.state)) return run;
    throw notRecordable(run, `it is still ${run.state}`, null);
  }
  await experimentFolder(ws, target);
  const own = runs.filter(({ spec }) => spec.experiment === target && spec.kind === "train");
  const run = own.find(({ spec, state }) => !spec.debug && state === "succeeded");
  if (run !== undefined) return run;
  throw new UserError({
    code: "no-run-to-record",
    message: `${target} has no training run that succeeded${own.length === 0 ? "" : ` (debug runs do not count); its newest ${own[0]!.state}`}`,
    next: {
      operation: "train",
      input: { experiment: target, on: "local" },
      why: "trains it and records the score",
    },
  });
}

function whyNone({ state }: Run): string {
  return state === "failed" ? "it failed" : `it was ${state}`;
}

function notRecordable(run: Run, why: string, tracking: string | null): UserError {
  const sent = tracking === null ? "" : `; ${tracking}`;
  return new UserError({
    code: "not-recordable",
    message: `run ${run.spec.id} gives no score: ${why}${sent}`,
    expected: "a training run, not a debug run, that ended with exit code 0",
    next: hasEnded(run.state)
      ? { operation: "logs", input: { run: run.spec.id }, why: "shows what went wrong" }
      : { operation: "wait", input: { run: run.spec.id }, why: "records it when it has ended" },
  });
}
