import type { Encoded } from "./labels.ts";

/** Share of labels that are right. */
export function accuracy({ actual, predicted }: Encoded): number {
  let right = 0;
  for (let row = 0; row < actual.length; row += 1) if (actual[row] === predicted[row]) right += 1;
  return right / actual.length;
}

/** Mean of the classes' F1 over the classes that either side has; a class never hit counts 0. */
export function f1Macro(labels: Encoded): number {
  const scores = tallies(labels).map((tally) => fScore(tally, 1));
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** Mean of the classes' F1, each weighted by its rows. */
export function f1Weighted(labels: Encoded): number {
  const sum = tallies(labels).reduce((all, tally) => all + fScore(tally, 1) * tally.actual, 0);
  return sum / labels.actual.length;
}

/** F of the positive class, for which recall counts `beta` times as much as precision. */
export function fBeta(beta: number): (labels: Encoded) => number {
  return (labels) => fScore(positiveTally(labels), beta);
}

/** Share of the rows predicted positive that are; 0 where none is predicted so. */
export function precision(labels: Encoded): number {
  const { hits, predicted } = positiveTally(labels);
  return predicted === 0 ? 0 : hits / predicted;
}

/** Share of the positive rows that were found; 0 where there is none. */
export function recall(labels: Encoded): number {
  const { hits, actual } = positiveTally(labels);
  return actual === 0 ? 0 : hits / actual;
}

/** Mean of the classes' recall over the classes of the target. */
export function balancedAccuracy(labels: Encoded): number {
  const there = tallies(labels).filter(({ actual }) => actual > 0);
  return there.reduce((sum, { hits, actual }) => sum + hits / actual, 0) / there.length;
}

/** Matthews' correlation coefficient, of any number of classes; 0 where a side has one class only. */
export function matthews(labels: Encoded): number {
  const rows = labels.actual.length;
  let [right, both, actual, predicted] = [0, 0, 0, 0];
  for (const tally of tallies(labels)) {
    right += tally.hits;
    both += tally.actual * tally.predicted;
    actual += tally.actual ** 2;
    predicted += tally.predicted ** 2;
  }
  const spread = (rows ** 2 - actual) * (rows ** 2 - predicted);
  return spread === 0 ? 0 : (right * rows - both) / Math.sqrt(spread);
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

/** Of one class: the rows that have it, those predicted to, and those of both. */
interface Tally {
  actual: number;
  predicted: number;
  hits: number;
}

function tallies({ actual, predicted, classes }: Encoded): Tally[] {
  const counts = classes.map(() => ({ actual: 0, predicted: 0, hits: 0 }));
  for (let row = 0; row < actual.length; row += 1) {
    const label = actual[row]!;
    counts[label]!.actual += 1;
    counts[predicted[row]!]!.predicted += 1;
    if (label === predicted[row]) counts[label]!.hits += 1;
  }
  return counts;
}

function positiveTally(labels: Encoded): Tally {
  return tallies(labels)[labels.positive] ?? { actual: 0, predicted: 0, hits: 0 };
}

function fScore({ actual, predicted, hits }: Tally, beta: number): number {
  const all = beta ** 2 * actual + predicted;
  return all === 0 ? 0 : ((1 + beta ** 2) * hits) / all;
}
