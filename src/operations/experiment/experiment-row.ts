import { z } from "zod";
import { configChanges, settingChange } from "../../core/experiment/config-summary.ts";
import { secondsSince } from "../../core/text/age.ts";
import { type CvEntry, earlierBetter } from "../../core/score/ledger.ts";
import { lbPairings, pairedCv } from "../../core/score/lb-pairing.ts";
import { shownScore, shownScoreShape } from "../../core/score/shown-score.ts";
import { isRanked, type RankingMetric } from "../../core/score/standing.ts";
import type { Direction } from "../../core/competition/project.ts";
import { isGapBeyondNoise, isLbRanked, lbGap } from "../../core/score/lb-gap.ts";
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
  /** Scores of other runs of the experiment with other settings or arguments, the newest first; at most 10. */
  otherScores: z.array(
    z.object({
      score: z.number(),
      run: z.string(),
      at: z.string(),
      /** What differs from the run whose score counts, `lr 0.1 -> 0.05`. */
      changed: z.array(z.string()),
    }),
  ),
  /** Metric and direction the score was recorded with; null without a score. */
  metric: z.string().nullable(),
  /** The newest public leaderboard score. */
  lb: z.number().nullable(),
  /** `task`: people wrote it into the backlog task, and it is tied to no run; one of the ledger goes first. */
  lbFrom: z.enum(["ledger", "task"]).nullable(),
  /** False where the LB was given under another metric than the project's. */
  lbRanked: z.boolean(),
  privateLb: z.number().nullable(),
  /** The run that gave cv. */
  cvRun: z.string().nullable(),
  /** The run whose files were submitted, as the public LB's line names it; null in lines of older versions. */
  lbRun: z.string().nullable(),
  /** The CV that the public LB is set against; null where the ledger has none that goes with it. */
  lbCv: z.object({ score: z.number(), run: z.string() }).nullable(),
  /** `run`: it is the CV of lbRun. `time`: no run is named, and it was recorded last before the submission. */
  lbPaired: z.enum(lbPairings).nullable(),
  /** LB minus lbCv; null where that is not ranked, the LB was given under another metric, or is from the task. */
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
  const pair = publicLb && pairedCv(scores, publicLb);
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
    otherScores: otherScores(record),
    metric: cv?.metric ?? null,
    lb: publicLb?.score ?? taskLb ?? null,
    lbFrom: publicLb !== undefined ? "ledger" : taskLb === undefined ? null : "task",
    lbRanked: publicLb === undefined ? taskLb !== undefined : isLbRanked(scores, metric),
    privateLb: privateLb?.score ?? null,
    cvRun: cv?.run ?? null,
    lbRun: publicLb?.run ?? null,
    lbCv: pair === undefined ? null : { score: pair.cv.score, run: pair.cv.run },
    lbPaired: pair?.by ?? null,
    gap,
    gapBeyondNoise: isGapBeyondNoise(
      gap,
      pair === undefined ? null : standardDeviation(pair.cv.folds),
    ),
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

const mostOthers = 10;

/** The newest score of each other setting; a run that repeats one adds nothing. */
function otherScores({ cv, scores, runs }: ExperimentRecord): ExperimentRow["otherScores"] {
  if (cv === undefined) return [];
  const argsOf = new Map(runs.map(({ spec }) => [spec.id, spec.args.join(" ")]));
  const isAlike = (one: CvEntry, other: CvEntry): boolean => {
    const [args, others] = [argsOf.get(one.run), argsOf.get(other.run)];
    const sameArgs = args === undefined || others === undefined || args === others;
    return sameArgs && configChanges(one.config, other.config).length === 0;
  };
  const shown = [cv];
  for (const entry of scores.toReversed())
    if (entry.kind === "cv" && entry !== cv && !shown.some((one) => isAlike(one, entry)))
      shown.push(entry);
  return shown.slice(1, 1 + mostOthers).map((entry) => {
    const { score, run, at, config } = entry;
    const changed = configChanges(config, cv.config).map(settingChange);
    const args = `arguments ${argsOf.get(run) || "none"} -> ${argsOf.get(cv.run) || "none"}`;
    return { score, run, at, changed: changed.length > 0 ? changed : [args] };
  });
}
