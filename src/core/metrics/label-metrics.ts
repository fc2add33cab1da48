import type { Encoded } from "./labels.ts";

/** Share of labels that are right. */
export function accuracy({ actual, predicted }: Encoded): number {
  let right = 0;
  for (let row = 0; row < actual.length; row += 1) if (actual[row] === predicted[row]) right += 1;
  return right / actual.length;
}

/** Mean of the classes' F1 over the classes that either side has; a class never hit counts 0. */
export function f1Macro(labels: Encoded): number {
  const counts = confusion(labels);
  const scores = counts.map((row, label) => {
    const hits = row[label]!;
    const actual = row.reduce((sum, count) => sum + count, 0);
    const predicted = counts.reduce((sum, other) => sum + other[label]!, 0);
    return (2 * hits) / (actual + predicted);
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/**
 * Cohen's kappa with weights that grow with the square of the distance between the positions of two classes in the
 * sorted list of those that appear, as `cohen_kappa_score(weights="quadratic")`. NaN where only one class appears.
 */
export function quadraticWeightedKappa(labels: Encoded): number {
  const counts = confusion(labels);
  const rows = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
  const columns = counts.map((_, label) => counts.reduce((sum, row) => sum + row[label]!, 0));
  let observed = 0;
  let expected = 0;
  for (const [i, row] of counts.entries())
    for (const [j, count] of row.entries()) {
      const weight = (i - j) ** 2;
      observed += weight * count;
      expected += (weight * rows[i]! * columns[j]!) / labels.actual.length;
    }
  return 1 - observed / expected;
}

/** Counts by actual class (row) and predicted class (column). */
function confusion({ actual, predicted, classes }: Encoded): number[][] {
  const counts = classes.map(() => Array.from(classes, () => 0));
  for (let row = 0; row < actual.length; row += 1) counts[actual[row]!]![predicted[row]!]! += 1;
  return counts;
}
