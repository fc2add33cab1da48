import { encodeLabels, normaliseLabel, normaliseLabels, sortLabels } from "./labels.ts";
import { findMetric } from "./known-metrics.ts";
import type { Metric } from "./metric.ts";

/** Values of a column, row by row: texts as a file has them, or numbers. */
export type Column = readonly string[] | Float64Array;

/** The true targets, and what was predicted for the same rows. */
export interface Scored {
  actual: readonly Column[];
  predicted: readonly { name: string; values: Column }[];
  /** The classes that several prediction columns of one target stand for, in their order. */
  classes?: readonly string[] | undefined;
}

/** A score, or why there is none. */
export type Evaluation = number | { impossible: string };

/**
 * The metric over text columns. One prediction column a target; for probabilities and labels of a single target also
 * one a class, told apart by `classes`, by the columns' names, or as the classes sorted.
 */
export function evaluate(metricName: string, scored: Scored): Evaluation {
  const metric = findMetric(metricName);
  if (metric === undefined)
    return { impossible: `${metricName} is not a metric Crossfold computes` };
  const { actual, predicted } = scored;
  if ((actual[0]?.length ?? 0) === 0) return { impossible: "there are no rows" };
  if (actual.length === predicted.length) {
    const scores = actual.map((column, index) =>
      evaluateOne(metric, column, [predicted[index]!], scored.classes),
    );
    return meanEvaluation(scores);
  }
  if (actual.length === 1)
    return requireFinite(evaluateOne(metric, actual[0]!, predicted, scored.classes));
  return { impossible: `${predicted.length} prediction columns for ${actual.length} targets` };
}

function meanEvaluation(scores: readonly Evaluation[]): Evaluation {
  const failed = scores.find((score) => typeof score !== "number");
  if (failed !== undefined) return failed;
  return requireFinite((scores as number[]).reduce((sum, score) => sum + score, 0) / scores.length);
}

function requireFinite(score: Evaluation): Evaluation {
  if (typeof score !== "number" || Number.isFinite(score)) return score;
  return {
    impossible: "the metric is not defined for these rows (one class only, or values out of range)",
  };
}

function evaluateOne(
  metric: Metric,
  actual: Column,
  predicted: Scored["predicted"],
  given: readonly string[] | undefined,
): Evaluation {
  if (metric.needs === "values") return ofValues(metric, actual, predicted);
  const truth = normaliseLabels(texts(actual));
  if (metric.needs === "probabilities") return ofProbabilities(metric, truth, predicted, given);
  const labels = predictedLabels(truth, predicted, given);
  return "impossible" in labels ? labels : metric.compute(encodeLabels(truth, labels.labels));
}

function ofValues(
  metric: Metric & { needs: "values" },
  actual: Column,
  predicted: Scored["predicted"],
): Evaluation {
  if (predicted.length !== 1) return { impossible: "one value per target is needed" };
  const truth = numbers(actual);
  const values = numbers(predicted[0]!.values);
  if (truth === undefined) return { impossible: "the target has values that are not numbers" };
  if (values === undefined)
    return { impossible: `${predicted[0]!.name} has values that are not numbers` };
  return metric.compute({ actual: truth, predicted: values });
}

function ofProbabilities(
  metric: Metric & { needs: "probabilities" },
  truth: readonly string[],
  predicted: Scored["predicted"],
  given: readonly string[] | undefined,
): Evaluation {
  const columns = predicted.map(({ values }) => numbers(values));
  const bad = columns.indexOf(undefined);
  if (bad !== -1) return { impossible: `${predicted[bad]!.name} has values that are not numbers` };
  const probabilities = columns as Float64Array[];
  if (probabilities.length === 1) probabilities.unshift(probabilities[0]!.map((p) => 1 - p));
  const names = predicted.length === 1 ? [] : predicted.map(({ name }) => name);
  const classes = resolveClasses(truth, names, probabilities.length, given);
  if (classes === undefined)
    return { impossible: `${predicted.length} columns of probabilities do not fit the classes` };
  const index = new Map(classes.map((label, position) => [label, position]));
  return metric.compute({
    actual: Int32Array.from(truth, (label) => index.get(label)!),
    probabilities,
  });
}

/** Labels as predicted, or taken from probabilities: the most likely class, in a single column from 0.5 on. */
function predictedLabels(
  truth: readonly string[],
  predicted: Scored["predicted"],
  given: readonly string[] | undefined,
): { labels: string[] } | { impossible: string } {
  const only = predicted.length === 1 ? predicted[0]!.values : undefined;
  if (only !== undefined && !looksLikeProbability(only))
    return { labels: normaliseLabels(texts(only)) };
  const names = only === undefined ? predicted.map(({ name }) => name) : [];
  const columns = predicted.map(({ values }) => numbers(values));
  const classes = resolveClasses(truth, names, Math.max(2, predicted.length), given);
  if (classes === undefined || columns.includes(undefined))
    return { impossible: "the prediction columns do not fit the classes" };
  if (only !== undefined)
    return { labels: Array.from(columns[0]!, (p) => classes[p >= 0.5 ? 1 : 0]!) };
  return {
    labels: truth.map((_, row) => {
      const best = columns.reduce(
        (most, column, index) => (column![row]! > columns[most]![row]! ? index : most),
        0,
      );
      return classes[best]!;
    }),
  };
}

/** Whether a column of "labels" holds shares between 0 and 1 rather than classes. */
function looksLikeProbability(values: Column): boolean {
  let fraction = false;
  for (const value of values) {
    const number = Number(value);
    if (!(number >= 0 && number <= 1)) return false;
    fraction ||= number > 0 && number < 1;
  }
  return fraction;
}

/** The class that each column of probabilities stands for, normalised; undefined where they do not fit the truth. */
export function resolveClasses(
  truth: readonly string[],
  names: readonly string[],
  count: number,
  given: readonly string[] | undefined,
): string[] | undefined {
  const present = sortLabels(truth);
  const shared = commonPrefix(names);
  const candidates = [
    given?.map(normaliseLabel) ?? [],
    names.map(normaliseLabel),
    names.map((name) => normaliseLabel(name.slice(shared))),
    // One class may be missing from a fold of a yes/no target.
    count === 2 && present.every((label) => label === "0" || label === "1") ? ["0", "1"] : present,
  ];
  return candidates.find(
    (classes) => classes.length === count && present.every((label) => classes.includes(label)),
  );
}

function commonPrefix(names: readonly string[]): number {
  const first = names[0] ?? "";
  let length = 0;
  while (length < first.length && names.every((name) => name[length] === first[length]))
    length += 1;
  // `pred_10` and `pred_11` share `pred_1`, but the labels begin after the underscore.
  return first.slice(0, length).lastIndexOf("_") + 1 || length;
}

function texts(values: Column): readonly string[] {
  return values instanceof Float64Array ? Array.from(values, String) : values;
}

/** Undefined where a value is empty or no finite number. Booleans are 1 and 0. */
function numbers(values: Column): Float64Array | undefined {
  if (values instanceof Float64Array) return values.every(Number.isFinite) ? values : undefined;
  const column = new Float64Array(values.length);
  for (const [row, text] of values.entries()) {
    let value = Number(text);
    if (Number.isNaN(value)) value = Number(normaliseLabel(text));
    if (!Number.isFinite(value) || text.trim() === "") return undefined;
    column[row] = value;
  }
  return column;
}
