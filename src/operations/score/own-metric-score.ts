import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { whyOutside } from "../../core/competition/metric-setting.ts";
import { type Labels, rowCount } from "../../core/metrics/column.ts";
import { toMetricRows } from "../../core/metrics/metric-rows.ts";
import { groupByFold } from "../../core/score/folds.ts";
import type { OofColumns, Metrics } from "../../core/score/metrics-file.ts";
import type { ScoredRows } from "../../core/score/recompute.ts";
import type { Recomputed } from "../../core/score/proof.ts";
import { mean } from "../../core/score/score.ts";
import { prepareInterpreter } from "../../python/environment.ts";
import { environmentFault, runOwnMetric } from "../../python/run-own-metric.ts";
import type { OwnMetric } from "../../storage/competition/own-metric-file.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";

/** How a metric of the user's own is run. */
export interface MetricSource {
  /** By default this process's environment, without a word. */
  context?: Pick<Context, "env" | "progress">;
  /** The folder that `metric.function` is read from, such as a run's own copy; by default the workspace. */
  files?: string;
}

/** A metric of the user's own, read, and how it is run. */
export interface RunnableMetric {
  own: OwnMetric;
  source: MetricSource;
}

const silent = { step: () => {}, portion: () => {}, output: () => {} };

/**
 * The scores that the user's own function gives for the joined rows, computed in the workspace's environment. Throws a
 * UserError where it gives none, or one outside `metric.range`.
 */
export async function recomputeByOwnMetric(
  ws: Workspace,
  { own, source }: RunnableMetric,
  { targets, predictions, folds }: ScoredRows,
  columns: Pick<OofColumns, "prediction" | "classes">,
  cvIs: Metrics["cv_is"],
): Promise<Recomputed> {
  const { context = { env: process.env, progress: silent } } = source;
  const rows = toMetricRows({
    actual: targets,
    predicted: columns.prediction.map((name, index) => ({ name, values: predictions[index]! })),
    classes: columns.classes?.map(String),
  });
  if ("impossible" in rows) return rows;
  const whole = cvIs === "oof" ? [{ where: "over all rows", rows: undefined }] : [];
  const sets = [...whole, ...foldSets(folds)];
  const python = await findPython(context, ws);
  const wanted = sets.map((set) => set.rows);
  const results = await runOwnMetric(context, python, ws.root, own, rows, wanted);
  const scores = results.map((score, index) => {
    if (typeof score !== "number")
      throw notScored(own, `${score.impossible} (${sets[index]!.where})`, score.line);
    const outside = whyOutside(ws.project.metric, score);
    if (outside !== undefined) throw notScored(own, `it gives ${score}, but ${outside}`);
    return score;
  });
  const foldScores = scores.slice(whole.length);
  const score = cvIs === "oof" ? scores[0]! : mean(foldScores);
  return { score, folds: foldScores, rows: rowCount(targets[0]!) };
}

/** The workspace's Python. That there is none says nothing of the score: the error has a code of its own. */
async function findPython(
  context: Pick<Context, "env" | "progress">,
  ws: Workspace,
): Promise<string> {
  try {
    return (await prepareInterpreter(context, ws.root)).file;
  } catch (error) {
    if (error instanceof UserError) throw environmentFault(error.message);
    throw error;
  }
}

/** The rows of each fold in their order; without folds all rows are one. */
function foldSets(folds: Labels | undefined): { where: string; rows: Int32Array | undefined }[] {
  if (folds === undefined) return [{ where: "over all rows", rows: undefined }];
  const { rows, folds: parts } = groupByFold(folds);
  return parts.map(({ name, start, end }) => ({
    where: `in fold ${name}`,
    rows: rows.slice(start, end),
  }));
}

function notScored({ file, name }: OwnMetric, why: string, line?: number | null): UserError {
  return new UserError({
    code: "own-metric",
    message: `the function ${name} gives no score: ${why}`,
    at: { file, ...(line ? { line } : {}) },
  });
}
