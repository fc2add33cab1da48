/** Class index of each row, and for each class the probability that the model gave it. */
export interface Graded {
  actual: Int32Array;
  probabilities: readonly Float64Array[];
}

/** Mean of -log of the probability given to the true class, clipped at the float64 epsilon as scikit-learn does. */
export function logloss({ actual, probabilities }: Graded): number {
  let sum = 0;
  for (let row = 0; row < actual.length; row += 1) {
    const probability = probabilities[actual[row]!]![row]!;
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

/** The share of pairs of both sides that are in order, ties counting half. NaN where one of the sides has no row. */
function binaryAuc(actual: Int32Array, positive: number, scores: Float64Array): number {
  const [above, below] = splitBySide(actual, positive, scores);
  // Without a comparison of our own a typed array sorts several times faster.
  above.sort();
  below.sort();
  let inOrder = 0;
  let lower = 0;
  let upTo = 0;
  for (const score of above) {
    while (lower < below.length && below[lower]! < score) lower += 1;
    while (upTo < below.length && below[upTo]! <= score) upTo += 1;
    inOrder += (lower + upTo) / 2;
  }
  return inOrder / (above.length * below.length);
}

function splitBySide(
  actual: Int32Array,
  positive: number,
  scores: Float64Array,
): [above: Float64Array, below: Float64Array] {
  let positives = 0;
  for (let row = 0; row < actual.length; row += 1) if (actual[row] === positive) positives += 1;
  const above = new Float64Array(positives);
  const below = new Float64Array(actual.length - positives);
  let [a, b] = [0, 0];
  for (let row = 0; row < actual.length; row += 1) {
    if (actual[row] === positive) above[a++] = scores[row]!;
    else below[b++] = scores[row]!;
  }
  return [above, below];
}
