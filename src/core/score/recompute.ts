import { type Column, type Labels, pickRows, rowCount, sliceColumn } from "../metrics/column.ts";
import { evaluate, type Evaluation } from "../metrics/evaluate.ts";
import { findMetric } from "../metrics/known-metrics.ts";
import { normaliseLabels } from "../metrics/labels.ts";
import { groupByFold } from "./folds.ts";
import type { Metrics, OofColumns } from "./metrics-file.ts";
import type { Recomputed } from "./proof.ts";
import { mean } from "./score.ts";

/** Targets of the data and predictions, row by row, and of each row the fold that validated it. */
export interface ScoredRows {
  targets: readonly Column[];
  predictions: readonly Column[];
  folds: Labels | undefined;
}

/** The metric over all rows, or the mean of the folds where that is the CV score, and over each fold. */
export function recompute(
  rows: ScoredRows,
  columns: Pick<OofColumns, "prediction" | "classes">,
  metrics: Pick<Metrics, "metric" | "cv_is">,
): Recomputed {
  const grouped = sortByFold(rows);
  const length = rowCount(grouped.targets[0]!);
  const known = isOfLabels(metrics.metric)
    ? grouped.targets.map((column) => normaliseLabels(column).names)
    : undefined;
  const score = (start: number, end: number): Evaluation =>
    evaluate(metrics.metric, {
      actual: grouped.targets.map((column) => sliceColumn(column, start, end)),
      predicted: columns.prediction.map((name, index) => ({
        name,
        values: sliceColumn(grouped.predictions[index]!, start, end),
      })),
      classes: columns.classes?.map(String),
      known,
    });
  const whole = score(0, length);
  // What is wrong with the predictions is said of all rows, not of a fold.
  if (typeof whole !== "number" && metrics.cv_is === "oof") return whole;
  const folds: number[] = [];
  for (const { name, start, end } of grouped.folds) {
    const one = score(start, end);
    if (typeof one !== "number")
      return typeof whole === "number" ? { impossible: `fold ${name}: ${one.impossible}` } : whole;
    folds.push(one);
  }
  return {
    score: metrics.cv_is === "fold_mean" ? mean(folds) : (whole as number),
    folds,
    rows: length,
  };
}

/** Whether a fold must know the labels of the others. */
function isOfLabels(metric: string): boolean {
  const needs = findMetric(metric)?.needs;
  return needs === "labels" || needs === "probabilities";
}

/** The rows fold after fold, so that each fold is a part of every column. Without folds all rows are one. */
function sortByFold({ targets, predictions, folds }: ScoredRows): {
  targets: Column[];
  predictions: Column[];
  folds: { name: string; start: number; end: number }[];
} {
  if (folds === undefined)
    return {
      targets: [...targets],
      predictions: [...predictions],
      folds: [{ name: "0", start: 0, end: rowCount(targets[0]!) }],
    };
  const { rows, folds: parts } = groupByFold(folds);
  const sort = (column: Column): Column => pickRows(column, rows);
  return { targets: targets.map(sort), predictions: predictions.map(sort), folds: parts };
}
