import { z } from "zod";
import { whyOutside } from "../../../core/competition/metric-setting.ts";
import { UserError } from "../../../core/errors/user-error.ts";
import { whyImpossible } from "../../../core/metrics/known-metrics.ts";
import { isGapBeyondNoise } from "../../../core/score/lb-gap.ts";
import { standardDeviation } from "../../../core/score/score.ts";
import { lbPairings, pairedCv } from "../../../core/score/lb-pairing.ts";
import { shownScore, shownScoreShape } from "../../../core/score/shown-score.ts";
import { isRanked } from "../../../core/score/standing.ts";
import { readLedger } from "../../../storage/score/ledger-file.ts";
import { readRankingMetric } from "../../../storage/score/ranking-metric.ts";
import {
  experimentFolder,
  openWorkspace,
  type Workspace,
} from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { recordLb } from "../../score/record-lb.ts";
import { runOfSubmission } from "../../submission/run-of-submission.ts";

const input = z.object({
  experiment: z.string().describe("The experiment that was submitted"),
  score: z.number().describe("The score the leaderboard shows, such as 0.8750"),
  private: z.boolean().default(false).describe("The private leaderboard's score, after the end"),
  submission: z.string().optional().describe("Which submission: its id, message or file name"),
});

const output = z.object({
  experiment: z.string(),
  side: z.enum(["public", "private"]),
  score: z.number(),
  /** The run whose files were submitted, as far as that is known. */
  run: z.string().nullable(),
  /** The CV of that run, else the one recorded last before the submission; null without one by the project's metric. */
  cv: z.number().nullable(),
  /** Which of the two it is; null without one. */
  paired: z.enum(lbPairings).nullable(),
  ...shownScoreShape,
  /** LB minus CV; null where the CV is not ranked. */
  gap: z.number().nullable(),
  /** Whether the gap is more than the noise of the folds; null where it cannot be told. */
  gapBeyondNoise: z.boolean().nullable(),
  /** True where this score had been recorded before. */
  already: z.boolean(),
  task: z.string().nullable(),
  summary: z.string(),
});

export const lb = defineOperation({
  description:
    "Records the score a leaderboard gave an experiment's submission, in its ledger and as a note in its task. The newest counts. It is set against the CV of the run that was last submitted for the experiment. CV scores are never typed; they come from runs.",
  whenToUse: "Use it when the user reports a leaderboard score. Never guess one.",
  input,
  output,
  effect: "write",
  positionals: ["experiment", "score"],
  completions: { experiment: "experiment" },
  examples: [
    { command: "lb exp002 0.8750", summary: "the public leaderboard's score" },
    { command: "lb exp002 0.8712 --private", summary: "the private one, after the end" },
  ],
  async run(context, request) {
    const ws = await openWorkspace(context.cwd);
    await experimentFolder(ws, request.experiment);
    const { score } = request;
    requirePossible(ws, score);
    const side = request.private ? ("private" as const) : ("public" as const);
    const { experiment, submission = null } = request;
    const before = (await readLedger(ws, experiment)).entries;
    const run = await runOfSubmission(ws, experiment, before, submission);
    const { already, task, summary } = await recordLb(context, ws, experiment, {
      side,
      score,
      source: "given",
      submission,
      file_sha256: null,
      run,
    });
    const { entries } = await readLedger(ws, experiment);
    const line = entries.findLast(
      (entry) => entry.kind === "lb" && entry.side === side && entry.source === "given",
    );
    const pair = line?.kind === "lb" ? pairedCv(entries, line) : undefined;
    const { cv } = pair ?? {};
    const metric = await readRankingMetric(ws);
    const gap = cv !== undefined && isRanked(cv, metric) ? score - cv.score : null;
    const shown = shownScore(cv, metric);
    const std = cv === undefined ? null : standardDeviation(cv.folds);
    return {
      experiment,
      side,
      score,
      run,
      cv: shown.standing === "other-metric" ? null : (cv?.score ?? null),
      paired: pair?.by ?? null,
      ...shown,
      gap,
      gapBeyondNoise: isGapBeyondNoise(gap, std),
      already,
      task,
      summary,
    };
  },
});

/** A metric takes no value outside its range, so such a score was mistyped. */
function requirePossible({ project }: Workspace, score: number): void {
  const { metric } = project;
  const why = whyImpossible(metric.name, metric.direction, score) ?? whyOutside(metric, score);
  if (why === undefined) return;
  throw new UserError({
    code: "lb-score",
    message: `${score} is no score of the leaderboard: ${why}`,
    expected: "the number that the leaderboard shows, in the scale of project.yml's metric",
    next: "look at the leaderboard again; where it counts otherwise, correct metric in project.yml",
  });
}
