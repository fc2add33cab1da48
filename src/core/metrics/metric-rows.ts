import { asLabels, type Column, isLabels, type Labels, usedNames } from "./column.ts";
import { inClassOrder, resolveClasses } from "./class-columns.ts";
import type { Scored } from "./evaluate.ts";
import { normaliseLabels } from "./labels.ts";

/** Columns of one kind, as a metric's function is given them. */
export type MetricSide =
  | { kind: "number"; columns: Float64Array[] }
  | { kind: "text"; columns: Labels[] };

/** What a metric's function of the user's own is called with. */
export interface MetricRows {
  actual: MetricSide;
  predicted: MetricSide;
}

/**
 * Targets and predictions for a function of the user's own: numbers where all values of a side are numbers, yes and no as
 * 1 and 0, else texts. Columns of probabilities come in the order of their classes.
 */
export function toMetricRows(scored: Scored): MetricRows | { impossible: string } {
  const predicted = sortPredicted(scored);
  if ("impossible" in predicted) return predicted;
  const actual = toSide(scored.actual);
  if (findInfinite(actual) !== -1)
    return { impossible: "the target has values that are not finite" };
  const side = toSide(predicted.map(({ values }) => values));
  const bad = findInfinite(side);
  return bad === -1
    ? { actual, predicted: side }
    : { impossible: `${predicted[bad]!.name} has values that are not finite` };
}

/** Columns that are no classes, such as quantiles, stay as they come. */
function sortPredicted(scored: Scored): Scored["predicted"] | { impossible: string } {
  const { actual, predicted, classes } = scored;
  if (actual.length !== 1 || predicted.length < 2) return predicted;
  const names = predicted.map(({ name }) => name);
  const present = normaliseLabels(actual[0]!).names;
  const found = resolveClasses(present, names, predicted.length, classes);
  if ("impossible" in found) return classes === undefined ? predicted : found;
  return inClassOrder(predicted, found.classes).columns;
}

function toSide(columns: readonly Column[]): MetricSide {
  const numbers = columns.map(toNumbers);
  return numbers.every((column) => column !== undefined)
    ? { kind: "number", columns: numbers }
    : { kind: "text", columns: columns.map(asLabels) };
}

const number = /^\s*[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|nan|inf(?:inity)?)\s*$/i;
const yesOrNo = /^\s*(?:true|false)\s*$/i;

/** Undefined where a value is no number as tables spell them. */
function toNumbers(column: Column): Float64Array | undefined {
  if (column instanceof Float64Array) return column;
  const labels = isLabels(column) ? column : asLabels(column);
  const used = usedNames(labels);
  const texts = labels.names.filter((_, code) => used[code] === 1);
  const isTruth = texts.every((text) => yesOrNo.test(text));
  if (!isTruth && !texts.every((text) => number.test(text))) return undefined;
  const values = labels.names.map((text) => {
    if (isTruth) return text.trim().toLowerCase() === "true" ? 1 : 0;
    return /[nf]/i.test(text) ? Number.NaN : Number(text);
  });
  const numbers = new Float64Array(labels.codes.length);
  for (let row = 0; row < numbers.length; row += 1) numbers[row] = values[labels.codes[row]!]!;
  return numbers;
}

/** The place of the first column with such a value; -1 where there is none. */
function findInfinite({ kind, columns }: MetricSide): number {
  return kind === "text" ? -1 : columns.findIndex((column) => !column.every(Number.isFinite));
}
