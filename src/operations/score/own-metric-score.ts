import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { whyOutside } from "../../core/competition/metric-setting.ts";
import { toMetricRows } from "../../core/metrics/metric-rows.ts";
import type { OofColumns, Metrics } from "../../core/score/metrics-file.ts";
import type { Recomputed } from "../../core/score/proof.ts";
import { mean } from "../../core/score/score.ts";
import { prepareInterpreter } from "../../python/environment.ts";
import { runOwnMetric } from "../../python/run-own-metric.ts";
import type { OwnMetric } from "../../storage/competition/own-metric-file.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import type { JoinedOof } from "../../tables/join-oof.ts";

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
  joined: Pick<JoinedOof, "targets" | "predictions" | "folds">,
  columns: OofColumns,
  cvIs: Metrics["cv_is"],
): Promise<Recomputed> {
  const rows = toMetricRows({
    actual: joined.targets,
    predicted: columns.prediction.map((name, index) => ({
      name,
      values: joined.predictions[index]!,
    })),
    classes: columns.classes?.map(String),
  });
  const { context = { env: process.env, progress: silent }, files = ws.root } = source;
  if ("impossible" in rows) throw new UserError({ code: "oof", message: rows.impossible });
  const folds = joined.folds === undefined ? undefined : foldSets(joined.folds);
  if (cvIs === "fold_mean" && folds === undefined)
    return { impossible: "the OOF file does not tell the folds apart" };
  const whole = cvIs === "oof" ? [undefined] : [];
  const sets = [...whole, ...(folds ?? [])];
  const { file } = await prepareInterpreter(context, ws.root);
  const results = await runOwnMetric(context, file, files, own, rows, sets);
  const scores = results.map((score, index) => {
    if (typeof score !== "number") {
      const where = index < whole.length ? "over all rows" : `in fold ${index - whole.length}`;
      throw notScored(own, `${score.impossible} (${where})`, score.line);
    }
    const outside = whyOutside(ws.project.metric, score);
    if (outside !== undefined) throw notScored(own, `it gives ${score}, but ${outside}`);
    return score;
  });
  const foldScores = folds === undefined ? undefined : scores.slice(whole.length);
  const score = cvIs === "oof" ? scores[0]! : mean(foldScores!);
  return { score, folds: foldScores, rows: joined.targets[0]!.length };
}

/** The rows of each fold, folds by their numbers. */
function foldSets(folds: readonly string[]): Int32Array[] {
  const groups = new Map<string, number[]>();
  for (const [row, name] of folds.entries()) {
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  return [...groups]
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([, rows]) => Int32Array.from(rows));
}

function notScored({ file, name }: OwnMetric, why: string, line?: number | null): UserError {
  return new UserError({
    code: "own-metric",
    message: `the function ${name} gives no score: ${why}`,
    at: { file, ...(line ? { line } : {}) },
  });
}
