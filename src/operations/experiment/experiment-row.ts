import { z } from "zod";
import { secondsSince } from "../../core/text/age.ts";
import { type CvEntry, lbGap } from "../../core/score/ledger.ts";
import type { Project } from "../../core/competition/project.ts";
import { isGapBeyondNoise } from "../../core/score/lb-gap.ts";
import { runStates } from "../../core/run/run.ts";
import { gain, isBetter, standardDeviation } from "../../core/score/score.ts";
import type { ExperimentRecord } from "./read-experiments.ts";

/** One experiment in one line, for tables. */
export const experimentRowSchema = z.object({
  experiment: z.string(),
  /** True for the experiment with the best CV score. */
  best: z.boolean(),
  cv: z.number().nullable(),
  folds: z.array(z.number()),
  /** Sample standard deviation of the folds. */
  std: z.number().nullable(),
  /** Whether the score was computed again from the OOF predictions. */
  proof: z.enum(["verified", "unverifiable"]).nullable(),
  /** Metric and direction the score was recorded with; null without a score. */
  metric: z.string().nullable(),
  /** The newest public leaderboard score. */
  lb: z.number().nullable(),
  /** `task`: people wrote it into the backlog task, and it is tied to no run; one of the ledger goes first. */
  lbFrom: z.enum(["ledger", "task"]).nullable(),
  privateLb: z.number().nullable(),
  /** LB minus CV; null where one of them was given under another metric than the project's, or the LB is from the task. */
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

/** Rows of all experiments; scores under another metric than the project's are shown but not compared. */
export function toRows(
  records: readonly ExperimentRecord[],
  { metric }: Pick<Project, "metric">,
  now: Date,
): ExperimentRow[] {
  const comparable = new Map<string, CvEntry>();
  for (const { name, cv } of records) if (cv?.metric === metric.name) comparable.set(name, cv);
  const best = bestOf(comparable, metric.direction);
  return records.map((record) => {
    const own = comparable.get(record.name)?.score;
    const parent = comparable.get(record.experiment.parent ?? "")?.score;
    return toRow(record, {
      best: record.name === best,
      gap: lbGap(record.scores, metric.name),
      difference: own === undefined || parent === undefined ? null : own - parent,
      improved:
        own === undefined || parent === undefined || own === parent
          ? null
          : gain(own, parent, metric.direction) > 0,
      now,
    });
  });
}

function bestOf(
  scores: ReadonlyMap<string, CvEntry>,
  direction: Project["metric"]["direction"],
): string | undefined {
  let best: string | undefined;
  for (const [name, { score }] of scores)
    if (best === undefined || isBetter(score, scores.get(best)!.score, direction)) best = name;
  return best;
}

function toRow(
  record: ExperimentRecord,
  known: Pick<ExperimentRow, "best" | "gap" | "difference" | "improved"> & { now: Date },
): ExperimentRow {
  const { name, experiment, cv, publicLb, privateLb, taskLb } = record;
  const trainings = record.runs.filter(({ spec }) => spec.kind === "train");
  const newest = trainings.find(({ spec }) => !spec.debug) ?? trainings[0];
  const created = experiment.created || (record.runs.at(-1)?.spec.created ?? null);
  return {
    experiment: name,
    best: known.best,
    cv: cv?.score ?? null,
    folds: cv?.folds ?? [],
    std: cv === undefined ? null : standardDeviation(cv.folds),
    proof: cv?.proof.verdict ?? null,
    metric: cv?.metric ?? null,
    lb: publicLb?.score ?? taskLb ?? null,
    lbFrom: publicLb !== undefined ? "ledger" : taskLb === undefined ? null : "task",
    privateLb: privateLb?.score ?? null,
    gap: known.gap,
    gapBeyondNoise: isGapBeyondNoise(
      known.gap,
      cv === undefined ? null : standardDeviation(cv.folds),
    ),
    parent: experiment.parent,
    difference: known.difference,
    improved: known.improved,
    hypothesis: experiment.hypothesis,
    task: experiment.task,
    state: newest?.state ?? (cv === undefined ? "new" : "succeeded"),
    debug: newest?.spec.debug ?? false,
    run: newest?.spec.id ?? null,
    created,
    ageSeconds: created === null ? null : secondsSince(created, known.now),
  };
}
