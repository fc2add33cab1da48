import { type Column, isLabels, type Labels, rowCount } from "./column.ts";
import {
  encodeBoth,
  encodeLabels,
  normaliseLabel,
  normaliseLabels,
  positiveClass,
} from "./labels.ts";
import { likeliest, readLists } from "./list-metrics.ts";
import { inClassOrder, resolveClasses } from "./class-columns.ts";
import { findMetric } from "./known-metrics.ts";
import type { Metric } from "./metric.ts";

/** The true targets, and what was predicted for the same rows. */
export interface Scored {
  actual: readonly Column[];
  predicted: readonly { name: string; values: Column }[];
  /** The classes that several prediction columns of one target stand for, in their order. */
  classes?: readonly string[] | undefined;
  /** Of each target the labels that other rows have, such as those of other folds. */
  known?: readonly (readonly string[])[] | undefined;
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
  if (actual.length === 1)
    return requireFinite(evaluateOne(metric, actual[0]!, predicted, hintsOf(scored, 0)));
  if (actual.length !== predicted.length)
    return { impossible: `${predicted.length} prediction columns for ${actual.length} targets` };
  if (!isForSeveral(metric)) return { impossible: `${metricName} is not for several targets` };
  return meanEvaluation(
    actual.map((column, at) => evaluateOne(metric, column, [predicted[at]!], hintsOf(scored, at))),
  );
}

/** What is known of a target's classes beside its own values. */
interface Hints {
  /** What several prediction columns stand for, in their order. */
  given: readonly string[] | undefined;
  /** Labels that other rows have, in one spelling. */
  known: readonly string[];
}

function hintsOf({ classes, known }: Scored, target: number): Hints {
  return { given: classes, known: known?.[target]?.map(normaliseLabel) ?? [] };
}

function isForSeveral({ tasks, needs }: Metric): boolean {
  return tasks.includes("multilabel") || (needs === "values" && tasks.includes("regression"));
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
  hints: Hints,
): Evaluation {
  if (metric.needs === "values") return ofValues(metric, actual, predicted);
  if (metric.needs === "lists") return ofLists(metric, actual, predicted, hints);
  const truth = normaliseLabels(actual);
  if (metric.needs === "probabilities") return ofProbabilities(metric, truth, predicted, hints);
  const labels = predictedLabels(truth, predicted, hints);
  if ("impossible" in labels) return labels;
  const there = [...new Set([...truth.names, ...labels.names, ...hints.known])];
  const all = there.length < 2 ? [...new Set([...there, ...toldClasses(hints)])] : there;
  const positive = positiveClass(all);
  if (metric.positive === true && positive === undefined)
    return { impossible: `the metric is for two classes, and there are ${all.length}` };
  return metric.compute(encodeBoth(truth, labels, positive));
}

function toldClasses({ given }: Hints): string[] {
  return given?.map(normaliseLabel) ?? [];
}

function ofLists(
  metric: Metric & { needs: "lists" },
  actual: Column,
  predicted: Scored["predicted"],
  hints: Hints,
): Evaluation {
  const truth = readLists(actual);
  if (truth.some((labels) => labels.length === 0))
    return { impossible: "the target has rows without a label" };
  if (predicted.length === 1)
    return metric.compute({ actual: truth, predicted: readLists(predicted[0]!.values) });
  const columns = predictedNumbers(predicted);
  if ("impossible" in columns) return columns;
  const present = new Set([...truth.flat(), ...hints.known]);
  const names = predicted.map(({ name }) => name);
  const found = resolveClasses([...present], names, predicted.length, hints.given);
  if ("impossible" in found) return found;
  const { classes, columns: shares } = inClassOrder(columns.numbers, found.classes);
  const lists = likeliest(shares, classes, metric.longest);
  return metric.compute({ actual: truth, predicted: lists });
}

/** The prediction columns as numbers, or which is none. */
function predictedNumbers(
  predicted: Scored["predicted"],
): { numbers: Float64Array[] } | { impossible: string } {
  const columns = predicted.map(({ values }) => numbers(values));
  const bad = columns.indexOf(undefined);
  if (bad !== -1) return { impossible: `${predicted[bad]!.name} has values that are not numbers` };
  return { numbers: columns as Float64Array[] };
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
  hints: Hints,
): Evaluation {
  const columns = predictedNumbers(predicted);
  if ("impossible" in columns) return columns;
  const probabilities = columns.numbers;
  const fault = metric.anyScale === true ? undefined : shareFault(predicted, probabilities);
  if (fault !== undefined) return { impossible: fault };
  if (probabilities.length === 1 && !metric.tasks.includes("binary"))
    return { impossible: "a column of probabilities for each class is needed" };
  if (probabilities.length === 1) {
    const other = metric.anyScale === true ? (p: number) => -p : (p: number) => 1 - p;
    probabilities.unshift(probabilities[0]!.map(other));
  }
  const names = predicted.length === 1 ? [] : predicted.map(({ name }) => name);
  const present = [...new Set([...truth.names, ...hints.known])];
  const found = resolveClasses(present, names, probabilities.length, hints.given);
  if ("impossible" in found) return found;
  const ordered = inClassOrder(probabilities, found.classes);
  return metric.compute({
    actual: encodeLabels(truth, ordered.classes),
    probabilities: ordered.columns,
  });
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
  hints: Hints,
): Labels | { impossible: string } {
  const only = predicted.length === 1 ? predicted[0]!.values : undefined;
  if (only !== undefined && !looksLikeProbability(only)) return normaliseLabels(only);
  const names = only === undefined ? predicted.map(({ name }) => name) : [];
  const columns = predictedNumbers(predicted);
  if ("impossible" in columns) return columns;
  const present = [...new Set([...truth.names, ...hints.known])];
  const count = Math.max(2, predicted.length);
  const resolved = resolveClasses(present, names, count, hints.given);
  if ("impossible" in resolved) return resolved;
  if (only !== undefined)
    return normaliseLabels({ codes: fromHalfOn(columns.numbers[0]!), names: resolved.classes });
  // Of two as likely the first of the classes, whatever the order of the columns.
  const { classes, columns: shares } = inClassOrder(columns.numbers, resolved.classes);
  return normaliseLabels({ codes: mostLikely(shares), names: classes });
}

function fromHalfOn(column: Float64Array): Int32Array {
  return Int32Array.from(column, (share) => (share >= 0.5 ? 1 : 0));
}

function mostLikely(columns: readonly Float64Array[]): Int32Array {
  const best = new Int32Array(columns[0]!.length);
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
