import { type Column, isLabels, type Labels, rowCount } from "./column.ts";
import { encodeBoth, encodeLabels, normaliseLabel, normaliseLabels, sortLabels } from "./labels.ts";
import { findMetric } from "./known-metrics.ts";
import type { Metric } from "./metric.ts";

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
 * The metric over columns. One prediction column a target; for probabilities and labels of a single target also
 * one a class, told apart by `classes`, by the columns' names, or as the classes sorted.
 */
export function evaluate(metricName: string, scored: Scored): Evaluation {
  const metric = findMetric(metricName);
  if (metric === undefined)
    return { impossible: `${metricName} is not a metric Crossfold computes` };
  const { actual, predicted } = scored;
  if (actual[0] === undefined || rowCount(actual[0]) === 0)
    return { impossible: "there are no rows" };
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
  const truth = normaliseLabels(actual);
  if (metric.needs === "probabilities") return ofProbabilities(metric, truth, predicted, given);
  const labels = predictedLabels(truth, predicted, given);
  return "impossible" in labels ? labels : metric.compute(encodeBoth(truth, labels));
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
  truth: Labels,
  predicted: Scored["predicted"],
  given: readonly string[] | undefined,
): Evaluation {
  const columns = predicted.map(({ values }) => numbers(values));
  const bad = columns.indexOf(undefined);
  if (bad !== -1) return { impossible: `${predicted[bad]!.name} has values that are not numbers` };
  const probabilities = columns as Float64Array[];
  const fault = metric.anyScale === true ? undefined : shareFault(predicted, probabilities);
  if (fault !== undefined) return { impossible: fault };
  if (probabilities.length === 1) probabilities.unshift(probabilities[0]!.map((p) => 1 - p));
  const names = predicted.length === 1 ? [] : predicted.map(({ name }) => name);
  const classes = resolveClasses(truth.names, names, probabilities.length, given);
  if ("impossible" in classes) return classes;
  return metric.compute({ actual: encodeLabels(truth, classes.classes), probabilities });
}

/** What a sum of rounded probabilities may be off. */
const roundingOfShares = 1e-3;

/** Why the columns are not the probabilities of classes; undefined where they are. */
function shareFault(
  predicted: Scored["predicted"],
  columns: readonly Float64Array[],
): string | undefined {
  const outside = columns.findIndex((column) => column.some((share) => share < 0 || share > 1));
  if (outside !== -1) return `${predicted[outside]!.name} has probabilities outside 0 to 1`;
  if (columns.length === 1) return undefined;
  for (let row = 0; row < columns[0]!.length; row += 1) {
    let sum = 0;
    for (const column of columns) sum += column[row]!;
    if (!(Math.abs(sum - 1) <= roundingOfShares))
      return `the probabilities of a row add up to ${Number(sum.toPrecision(6))}, not to 1`;
  }
  return undefined;
}

/** Labels as predicted, or taken from probabilities: the most likely class, in a single column from 0.5 on. */
function predictedLabels(
  truth: Labels,
  predicted: Scored["predicted"],
  given: readonly string[] | undefined,
): Labels | { impossible: string } {
  const only = predicted.length === 1 ? predicted[0]!.values : undefined;
  if (only !== undefined && !looksLikeProbability(only)) return normaliseLabels(only);
  const names = only === undefined ? predicted.map(({ name }) => name) : [];
  const columns = predicted.map(({ values }) => numbers(values));
  const bad = columns.indexOf(undefined);
  if (bad !== -1) return { impossible: `${predicted[bad]!.name} has values that are not numbers` };
  const resolved = resolveClasses(truth.names, names, Math.max(2, predicted.length), given);
  if ("impossible" in resolved) return resolved;
  return normaliseLabels({ codes: mostLikely(columns as Float64Array[]), names: resolved.classes });
}

function mostLikely(columns: readonly Float64Array[]): Int32Array {
  const [first] = columns;
  if (columns.length === 1) return Int32Array.from(first!, (share) => (share >= 0.5 ? 1 : 0));
  const best = new Int32Array(first!.length);
  for (let row = 0; row < best.length; row += 1)
    for (let column = 1; column < columns.length; column += 1)
      if (columns[column]![row]! > columns[best[row]!]![row]!) best[row] = column;
  return best;
}

/** Whether a column of "labels" holds shares between 0 and 1 rather than classes. */
function looksLikeProbability(column: Column): boolean {
  let fraction = false;
  for (const value of isLabels(column) ? normaliseLabels(column).names : column) {
    const number = Number(value);
    if (!(number >= 0 && number <= 1)) return false;
    fraction ||= number > 0 && number < 1;
  }
  return fraction;
}

/** The classes that the columns stand for, in their order. `present` are those of the target, in any order. */
export function resolveClasses(
  present: readonly string[],
  names: readonly string[],
  count: number,
  given: readonly string[] | undefined,
): { classes: string[] } | { impossible: string } {
  const fits = (classes: readonly string[]): boolean =>
    classes.length === count &&
    new Set(classes).size === count &&
    present.every((label) => classes.includes(label));
  const shared = commonPrefix(names);
  const named = [
    names.map(normaliseLabel),
    names.map((name) => normaliseLabel(name.slice(shared))),
  ].find(fits);
  const told = given?.map(normaliseLabel) ?? [];
  if (fits(told)) {
    // Exchanged classes would give every row the probability of another one.
    if (named !== undefined && named.join("\n") !== told.join("\n"))
      return { impossible: "oof.classes has another order than the columns' names" };
    return { classes: told };
  }
  // One class may be missing from a fold of a yes/no target.
  const binary = count === 2 && present.every((label) => label === "0" || label === "1");
  const classes = named ?? (binary ? ["0", "1"] : sortLabels(present));
  if (fits(classes)) return { classes };
  const columns = count === 1 ? "column" : "columns";
  return { impossible: `${count} ${columns} of predictions do not fit the classes of the target` };
}

function commonPrefix(names: readonly string[]): number {
  const first = names[0] ?? "";
  let length = 0;
  while (length < first.length && names.every((name) => name[length] === first[length]))
    length += 1;
  // `pred_10` and `pred_11` share `pred_1`, but the labels begin after the underscore.
  return first.slice(0, length).lastIndexOf("_") + 1 || length;
}

/** Undefined where a value is empty or no finite number. Booleans are 1 and 0. */
function numbers(column: Column): Float64Array | undefined {
  if (column instanceof Float64Array) return column.every(Number.isFinite) ? column : undefined;
  if (!isLabels(column)) return numbersOf(column);
  const values = numbersOf(column.names);
  return values === undefined ? undefined : Float64Array.from(column.codes, (at) => values[at]!);
}

function numbersOf(texts: readonly string[]): Float64Array | undefined {
  const column = new Float64Array(texts.length);
  for (const [row, text] of texts.entries()) {
    let value = Number(text);
    if (Number.isNaN(value)) value = Number(normaliseLabel(text));
    if (!Number.isFinite(value) || text.trim() === "") return undefined;
    column[row] = value;
  }
  return column;
}
