import { type Column, pickRows, rowCount } from "./column.ts";
import { evaluate } from "./evaluate.ts";
import { findMetric } from "./known-metrics.ts";
import { normaliseLabels } from "./labels.ts";

/** How near to the best possible score no honest model of a competition comes. */
const margin = 0.005;
/** The share of the error of a constant prediction that is left. */
const shareOfConstant = 0.01;
/** Rows that are enough to tell the error of a constant. */
const enough = 100_000;

/**
 * Whether a score is too good for a model that does not know the target: at the end of the metric's range or, of an error,
 * next to nothing beside the error of the best constant.
 */
export function isNearPerfect(name: string, targets: readonly Column[], score: number): boolean {
  const metric = findMetric(name);
  if (metric === undefined) return false;
  if (metric.direction === "maximize") return score >= metric.range[1] - margin;
  const constants = metric.needs === "values" ? [average, median] : [frequencies];
  const some = targets.map(everySo);
  const errors = constants.map((constant) => mean(some.map((one) => errorOf(name, one, constant))));
  return score < shareOfConstant * Math.min(...errors);
}

function everySo(column: Column): Column {
  const step = Math.ceil(rowCount(column) / enough);
  const rows = Int32Array.from(
    { length: Math.floor(rowCount(column) / step) },
    (_, at) => at * step,
  );
  return pickRows(column, rows);
}

type Constant = (column: Column) => { name: string; values: Float64Array }[];

/** The error of predicting the same of every row; 0 where it cannot be told. */
function errorOf(name: string, column: Column, constant: Constant): number {
  const error = evaluate(name, { actual: [column], predicted: constant(column) });
  return typeof error === "number" ? error : 0;
}

const average: Constant = (column) => filled("mean", column, mean(numbers(column)));

const median: Constant = (column) => {
  const sorted = numbers(column).toSorted();
  return filled("median", column, sorted[sorted.length >> 1]!);
};

/** Of each class its share of the rows. */
const frequencies: Constant = (column) => {
  const { codes, names } = normaliseLabels(column);
  const counts = names.map(() => 0);
  for (const code of codes) counts[code]! += 1;
  return names.flatMap((name, code) => filled(name, column, counts[code]! / codes.length));
};

function filled(name: string, column: Column, value: number): ReturnType<Constant> {
  return [{ name, values: new Float64Array(rowCount(column)).fill(value) }];
}

function numbers(column: Column): Float64Array {
  if (column instanceof Float64Array) return column;
  const { codes, names } = normaliseLabels(column);
  return Float64Array.from(codes, (code) => Number(names[code]));
}

function mean(values: Iterable<number>): number {
  let [sum, count] = [0, 0];
  for (const value of values) [sum, count] = [sum + value, count + 1];
  return sum / count;
}
