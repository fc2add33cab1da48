import { z } from "zod";
import { secondsSince } from "../../core/text/age.ts";
import { earlierBetter, isLbRanked, lbGap } from "../../core/score/ledger.ts";
import { shownScore, shownScoreShape } from "../../core/score/shown-score.ts";
import { isRanked, type RankingMetric } from "../../core/score/standing.ts";
import type { Direction } from "../../core/competition/project.ts";
import { isGapBeyondNoise } from "../../core/score/lb-gap.ts";
import { runStates } from "../../core/run/run.ts";
import { gain, isBetter, standardDeviation } from "../../core/score/score.ts";
import type { RankedCv } from "../../storage/score/ledger-list.ts";
import type { ExperimentRecord } from "./read-experiments.ts";

/** One experiment in one line, for tables. */
export const experimentRowSchema = z.object({
  experiment: z.string(),
  /** True for the experiment with the best ranked CV score. */
  best: z.boolean(),
  /** The newest recorded score of all rows; one of part of the rows where there is no other. */
  cv: z.number().nullable(),
  folds: z.array(z.number()),
  /** Sample standard deviation of the folds. */
  std: z.number().nullable(),
  ...shownScoreShape,
  /** The best of the scores of earlier runs that are better than cv, and no less sure. */
  earlierBetter: z.object({ score: z.number(), run: z.string(), at: z.string() }).nullable(),
  /** Metric and direction the score was recorded with; null without a score. */
  metric: z.string().nullable(),
  /** The newest public leaderboard score. */
  lb: z.number().nullable(),
  /** `task`: people wrote it into the backlog task, and it is tied to no run; one of the ledger goes first. */
  lbFrom: z.enum(["ledger", "task"]).nullable(),
  /** False where the LB was given under another metric than the project's. */
  lbRanked: z.boolean(),
  privateLb: z.number().nullable(),
  /** LB minus CV; null where the CV is not ranked, the LB was given under another metric, or is from the task. */
  gap: z.number().nullable(),
  /** Whether the gap is more than the noise of the folds; null where it cannot be told. */
  gapBeyondNoise: z.boolean().nullable(),
  parent: z.string().nullable(),
  /** CV minus the parent's CV. */
  difference: z.number().nullable(),
  /** Whether the difference is an improvement; null where it is none or not known. */
  improved: z.boolean().nullable(),
  hypothesis: z.string().nullable(),
  task: z.string().nullable(),
  /** The newest training run's state; `new` where there has been none. Records do not travel with git, scores do. */
  state: z.enum([...runStates, "new"]),
  /** Whether that run was a debug run. */
  debug: z.boolean(),
  run: z.string().nullable(),
  /** ISO 8601, UTC. */
  created: z.string().nullable(),
  ageSeconds: z.number().nullable(),
});
export type ExperimentRow = z.output<typeof experimentRowSchema>;

/**
 * Rows of all experiments, or of those that are to be `shown`; scores that are not ranked are shown but not compared.
 * What became of its runs is looked up for a row.
 */
export function toRows(
  records: readonly ExperimentRecord[],
  metric: RankingMetric,
  now: Date,
  shown: readonly ExperimentRecord[] = records,
): ExperimentRow[] {
  const ranked = new Map<string, RankedCv>();
  for (const { name, ranking } of records)
    if (ranking !== undefined && isRanked(ranking, metric)) ranked.set(name, ranking);
  const best = bestOf(ranked, metric.direction);
  return shown.map((record) => {
    const own = ranked.get(record.name)?.score;
    const parent = ranked.get(record.experiment.parent ?? "")?.score;
    return toRow(record, {
      best: record.name === best,
      difference: own === undefined || parent === undefined ? null : own - parent,
      improved:
        own === undefined || parent === undefined || own === parent
          ? null
          : gain(own, parent, metric.direction) > 0,
      metric,
      now,
    });
  });
}

function bestOf(scores: ReadonlyMap<string, RankedCv>, direction: Direction): string | undefined {
  let best: string | undefined;
  for (const [name, { score }] of scores)
    if (best === undefined || isBetter(score, scores.get(best)!.score, direction)) best = name;
  return best;
}

function toRow(
  record: ExperimentRecord,
  known: Pick<ExperimentRow, "best" | "difference" | "improved"> & {
    metric: RankingMetric;
    now: Date;
  },
): ExperimentRow {
  const { name, experiment, scores, cv, publicLb, privateLb, taskLb } = record;
  const { metric } = known;
  const gap = lbGap(scores, metric);
  const earlier = earlierBetter(scores, metric);
  const trainings = record.runs.filter(({ spec }) => spec.kind === "train");
  const newest = trainings.find(({ spec }) => !spec.debug) ?? trainings[0];
  const created = experiment.created || (record.runs.at(-1)?.spec.created ?? null);
  return {
    experiment: name,
    best: known.best,
    cv: cv?.score ?? null,
    folds: cv?.folds ?? [],
    std: cv === undefined ? null : standardDeviation(cv.folds),
    ...shownScore(cv, metric),
    earlierBetter:
      earlier === undefined ? null : { score: earlier.score, run: earlier.run, at: earlier.at },
    metric: cv?.metric ?? null,
    lb: publicLb?.score ?? taskLb ?? null,
    lbFrom: publicLb !== undefined ? "ledger" : taskLb === undefined ? null : "task",
    lbRanked: publicLb === undefined ? taskLb !== undefined : isLbRanked(scores, metric),
    privateLb: privateLb?.score ?? null,
    gap,
    gapBeyondNoise: isGapBeyondNoise(gap, cv === undefined ? null : standardDeviation(cv.folds)),
    parent: experiment.parent,
    difference: known.difference,
    improved: known.improved,
    hypothesis: record.hypothesis,
    task: experiment.task,
    state: newest?.state ?? (cv === undefined ? "new" : "succeeded"),
    debug: newest?.spec.debug ?? false,
    run: newest?.spec.id ?? null,
    created,
    ageSeconds: created === null ? null : secondsSince(created, known.now),
  };
}
