/** Both sides of one target, row by row. */
export interface Values {
  actual: Float64Array;
  predicted: Float64Array;
}

export function rmse(values: Values): number {
  return Math.sqrt(meanOver(values, (actual, predicted) => (actual - predicted) ** 2));
}

/** NaN where a value is -1 or less, which has no logarithm. */
export function rmsle(values: Values): number {
  return Math.sqrt(
    meanOver(values, (actual, predicted) => (Math.log1p(actual) - Math.log1p(predicted)) ** 2),
  );
}

export function mae(values: Values): number {
  return meanOver(values, (actual, predicted) => Math.abs(actual - predicted));
}

/** 1 is perfect; with a constant target 1 for a perfect prediction and 0 otherwise, as scikit-learn has it. */
export function r2(values: Values): number {
  const middle = meanOver(values, (actual) => actual);
  const total = meanOver(values, (actual) => (actual - middle) ** 2);
  const residual = meanOver(values, (actual, predicted) => (actual - predicted) ** 2);
  if (total === 0) return residual === 0 ? 1 : 0;
  return 1 - residual / total;
}

function meanOver(
  { actual, predicted }: Values,
  of: (actual: number, predicted: number) => number,
): number {
  let sum = 0;
  for (let row = 0; row < actual.length; row += 1) sum += of(actual[row]!, predicted[row]!);
  return sum / actual.length;
}
