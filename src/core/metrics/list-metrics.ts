import { asLabels, type Column } from "./column.ts";
import { normaliseLabel } from "./labels.ts";

/** Of each row the labels that are right, and those predicted, the likeliest first. */
export interface Ranked {
  actual: readonly (readonly string[])[];
  predicted: readonly (readonly string[])[];
}

/**
 * Mean average precision at `k`, as Kaggle has it: of a row the precision at each of the first `k` predictions that is right,
 * over the number that could be. A prediction a second time counts for nothing.
 */
export function meanAveragePrecision(k: number): (rows: Ranked) => number {
  return ({ actual, predicted }) => {
    let sum = 0;
    for (let row = 0; row < actual.length; row += 1)
      sum += averagePrecisionAt(k, actual[row]!, predicted[row]!);
    return sum / actual.length;
  };
}

function averagePrecisionAt(
  k: number,
  actual: readonly string[],
  predicted: readonly string[],
): number {
  let [hits, sum] = [0, 0];
  const first = predicted.slice(0, k);
  for (const [place, label] of first.entries()) {
    if (!actual.includes(label) || first.indexOf(label) < place) continue;
    hits += 1;
    sum += hits / (place + 1);
  }
  return sum / Math.min(new Set(actual).size, k);
}

/** Lists of labels as Kaggle writes them, with blanks between. */
export function readLists(column: Column): string[][] {
  const { codes, names } = asLabels(column);
  const lists = names.map((text) =>
    text.trim() === "" ? [] : text.trim().split(/\s+/).map(normaliseLabel),
  );
  return Array.from(codes, (code) => lists[code]!);
}

/** Of each row the `longest` likeliest classes, of two as likely the first of the classes. */
export function likeliest(
  columns: readonly Float64Array[],
  classes: readonly string[],
  longest: number,
): string[][] {
  const lists: string[][] = [];
  for (let row = 0; row < columns[0]!.length; row += 1) {
    const order = classes.map((_, at) => at);
    order.sort((a, b) => columns[b]![row]! - columns[a]![row]! || a - b);
    lists.push(order.slice(0, longest).map((at) => classes[at]!));
  }
  return lists;
}
