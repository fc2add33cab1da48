/** Both sides of one target, row by row. */
export interface Values {
  actual: Float64Array;
  predicted: Float64Array;
}

export function mse(values: Values): number {
  return meanOver(values, (actual, predicted) => (actual - predicted) ** 2);
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

/** The error as a share of the target, which counts as scikit-learn's float64 epsilon where it is 0. */
export function mape(values: Values): number {
  return meanOver(
    values,
    (actual, predicted) =>
      Math.abs(actual - predicted) / Math.max(Math.abs(actual), Number.EPSILON),
  );
}

/** In percent, from 0 to 200, as Kaggle has it; a row where both are 0 has no error. */
export function smape(values: Values): number {
  return meanOver(values, (actual, predicted) => {
    const size = Math.abs(actual) + Math.abs(predicted);
    return size === 0 ? 0 : (200 * Math.abs(actual - predicted)) / size;
  });
}

/** Not finite where a target is 0. */
export function rmspe(values: Values): number {
  return Math.sqrt(meanOver(values, (actual, predicted) => ((actual - predicted) / actual) ** 2));
}

export function medianAbsoluteError({ actual, predicted }: Values): number {
  const errors = actual.map((value, row) => Math.abs(value - predicted[row]!)).toSorted();
  const middle = errors.length / 2;
  return (errors[Math.ceil(middle) - 1]! + errors[Math.floor(middle)]!) / 2;
}

/** The loss of a prediction that the target lies below with a probability of `quantile`. */
export function pinball(quantile: number): (values: Values) => number {
  return (values) =>
    meanOver(values, (actual, predicted) => {
      const above = actual - predicted;
      return above >= 0 ? quantile * above : (quantile - 1) * above;
    });
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
