import { type Column, resolveClasses, type Scored } from "./evaluate.ts";
import { normaliseLabels, sortLabels } from "./labels.ts";

/** Columns of one kind, as a metric's function is given them. */
export type MetricSide =
  | { kind: "number"; columns: Float64Array[] }
  | { kind: "text"; columns: (readonly string[])[] };

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
  const predicted = inClassOrder(scored);
  const sides = { actual: toSide(scored.actual), predicted: toSide(predicted.map(valuesOf)) };
  const bad = predicted.find(({ values }) => hasInfinite(values));
  if (bad !== undefined) return { impossible: `${bad.name} has values that are not finite` };
  if (scored.actual.some(hasInfinite))
    return { impossible: "the target has values that are not finite" };
  return sides;
}

function valuesOf({ values }: { values: Column }): Column {
  return values;
}

function inClassOrder({ actual, predicted, classes }: Scored): Scored["predicted"] {
  if (actual.length !== 1 || predicted.length < 2) return predicted;
  const names = predicted.map(({ name }) => name);
  const truth = normaliseLabels(Array.from(actual[0]!, String));
  const of = resolveClasses(truth, names, predicted.length, classes);
  return of === undefined
    ? predicted
    : sortLabels(of).map((label) => predicted[of.indexOf(label)]!);
}

function toSide(columns: readonly Column[]): MetricSide {
  const numbers = columns.map(toNumbers);
  return numbers.every((column) => column !== undefined)
    ? { kind: "number", columns: numbers }
    : { kind: "text", columns: columns.map((column) => Array.from(column, String)) };
}

const number = /^\s*[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|nan|inf(?:inity)?)\s*$/i;
const yesOrNo = /^\s*(?:true|false)\s*$/i;

/** Undefined where a value is no number as tables spell them. */
function toNumbers(column: Column): Float64Array | undefined {
  if (column instanceof Float64Array) return column;
  if (column.every((text) => yesOrNo.test(text)))
    return Float64Array.from(column, (text) => (text.trim().toLowerCase() === "true" ? 1 : 0));
  if (!column.every((text) => number.test(text))) return undefined;
  return Float64Array.from(column, (text) => (/[nf]/i.test(text) ? Number.NaN : Number(text)));
}

function hasInfinite(column: Column): boolean {
  const numbers = toNumbers(column);
  return numbers !== undefined && !numbers.every(Number.isFinite);
}
