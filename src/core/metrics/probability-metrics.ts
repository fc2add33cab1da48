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

/**
 * Mean squared difference between the probability and the truth, 1 or 0: of the second of two classes; of more classes
 * the sum over all of them.
 */
export function brier({ actual, probabilities }: Graded): number {
  const from = probabilities.length === 2 ? 1 : 0;
  let sum = 0;
  for (let label = from; label < probabilities.length; label += 1)
    for (let row = 0; row < actual.length; row += 1)
      sum += (probabilities[label]![row]! - (actual[row] === label ? 1 : 0)) ** 2;
  return sum / actual.length;
}

/** Share of rows whose class is among the `k` likeliest; of two as likely the later class comes first, as in scikit-learn. */
export function topAccuracy(k: number): (rows: Graded) => number {
  return ({ actual, probabilities }) => {
    let right = 0;
    for (let row = 0; row < actual.length; row += 1) {
      const label = actual[row]!;
      const own = probabilities[label]![row]!;
      let before = 0;
      for (let other = 0; other < probabilities.length; other += 1) {
        const share = probabilities[other]![row]!;
        if (share > own || (share === own && other > label)) before += 1;
      }
      if (before < k) right += 1;
    }
    return right / actual.length;
  };
}

/** Area under the ROC curve; with more than two classes the mean of each class against the rest. */
export function rocAuc({ actual, probabilities }: Graded): number {
  return overClasses(actual, probabilities, binaryAuc);
}

/** Mean precision at each positive row, from the likeliest on; with more than two classes the mean of each against the rest. */
export function averagePrecision({ actual, probabilities }: Graded): number {
  return overClasses(actual, probabilities, binaryPrecision);
}

function overClasses(
  actual: Int32Array,
  probabilities: readonly Float64Array[],
  score: (actual: Int32Array, positive: number, scores: Float64Array) => number,
): number {
  if (probabilities.length === 2) return score(actual, 1, probabilities[1]!);
  const scores = probabilities.map((shares, label) => score(actual, label, shares));
  return scores.reduce((sum, one) => sum + one, 0) / scores.length;
}

/** Rows with the same score are one step of the curve. NaN where no row is positive. */
function binaryPrecision(actual: Int32Array, positive: number, scores: Float64Array): number {
  const [above, below] = splitBySide(actual, positive, scores);
  above.sort();
  below.sort();
  let sum = 0;
  let lower = below.length;
  for (let end = above.length; end > 0;) {
    const score = above[end - 1]!;
    let start = end - 1;
    while (start > 0 && above[start - 1] === score) start -= 1;
    while (lower > 0 && below[lower - 1]! >= score) lower -= 1;
    const hits = above.length - start;
    sum += ((end - start) * hits) / (hits + below.length - lower);
    end = start;
  }
  return sum / above.length;
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
