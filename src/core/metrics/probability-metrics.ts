/** Class index of each row, and for each class the probability that the model gave it. */
export interface Graded {
  actual: Int32Array;
  probabilities: readonly Float64Array[];
}

/** Mean of -log of the probability given to the true class, clipped at the float64 epsilon as scikit-learn does. */
export function logloss({ actual, probabilities }: Graded): number {
  let sum = 0;
  for (const [row, label] of actual.entries()) {
    const probability = probabilities[label]![row]!;
    sum -= Math.log(Math.min(Math.max(probability, Number.EPSILON), 1 - Number.EPSILON));
  }
  return sum / actual.length;
}

/** Area under the ROC curve; with more than two classes the mean of each class against the rest. */
export function rocAuc({ actual, probabilities }: Graded): number {
  if (probabilities.length === 2) return binaryAuc(actual, 1, probabilities[1]!);
  const areas = probabilities.map((scores, label) => binaryAuc(actual, label, scores));
  return areas.reduce((sum, area) => sum + area, 0) / areas.length;
}

/** By ranks, ties sharing their mean rank. NaN where one of the two sides has no row. */
function binaryAuc(actual: Int32Array, positive: number, scores: Float64Array): number {
  const order = Uint32Array.from(actual.keys()).toSorted((a, b) => scores[a]! - scores[b]!);
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) end += 1;
    const rank = (start + 1 + end) / 2;
    for (; start < end; start += 1) {
      if (actual[order[start]!] !== positive) continue;
      positives += 1;
      rankSum += rank;
    }
  }
  const negatives = actual.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
