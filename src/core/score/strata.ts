import { asLabels, type Column, isLabels, type Labels } from "../metrics/column.ts";

/** Parts of equal size that a regression's target is cut into: few, as a script may have stratified by other ones. */
const parts = 4;
/** Chi-square over its degrees of freedom up to which folds are balanced, and beyond which they are not. */
const limits = { classes: [0.1, 0.25], values: [0.25, 0.7] } as const;

/**
 * Whether the folds hold the classes in the shares of the whole: chi-square of folds against classes, which is near 0
 * where they were stratified and about its degrees of freedom in random folds. Null where it is neither.
 */
export function strataOf(
  targets: readonly Column[],
  folds: Labels,
  isRegression: boolean,
): "balanced" | "unbalanced" | null {
  let [chi, degrees, apart] = [0, 0, 0];
  for (const target of targets) {
    const classes = isRegression ? cutIntoParts(target) : labelsOf(target);
    const found = deviation(classes, folds);
    chi += found.chi;
    degrees += found.degrees;
    apart = Math.max(apart, found.most);
  }
  if (degrees === 0) return null;
  // One row more or less of a class in a fold is what a stratified split leaves.
  if (!isRegression && apart <= 2) return "balanced";
  const [least, most] = isRegression ? limits.values : limits.classes;
  const ratio = chi / degrees;
  return ratio <= least ? "balanced" : ratio > most ? "unbalanced" : null;
}

function labelsOf(target: Column): Labels {
  return isLabels(target) ? target : asLabels(target);
}

function cutIntoParts(target: Column): Labels {
  const values = target instanceof Float64Array ? target : Float64Array.from(texts(target), Number);
  const sorted = values.toSorted();
  const ends = Array.from(
    { length: parts - 1 },
    (_, at) => sorted[Math.floor((sorted.length * (at + 1)) / parts)]!,
  );
  const codes = Int32Array.from(values, (value) => ends.filter((end) => value > end).length);
  return { codes, names: Array.from({ length: parts }, (_, at) => String(at)) };
}

function texts(column: Exclude<Column, Float64Array>): readonly string[] {
  return isLabels(column) ? Array.from(column.codes, (code) => column.names[code]!) : column;
}

function deviation(classes: Labels, folds: Labels): { chi: number; degrees: number; most: number } {
  const [width, height] = [classes.names.length, folds.names.length];
  const counts = new Float64Array(width * height);
  const [perClass, perFold] = [new Float64Array(width), new Float64Array(height)];
  for (let row = 0; row < folds.codes.length; row += 1) {
    const [one, fold] = [classes.codes[row]!, folds.codes[row]!];
    counts[fold * width + one]! += 1;
    perClass[one]! += 1;
    perFold[fold]! += 1;
  }
  const [classesUsed, foldsUsed] = [perClass, perFold].map((sums) =>
    [...sums.keys()].filter((at) => sums[at]! > 0),
  ) as [number[], number[]];
  let [chi, most] = [0, 0];
  for (const one of classesUsed) {
    let [least, largest] = [Infinity, 0];
    for (const fold of foldsUsed) {
      const own = counts[fold * width + one]!;
      [least, largest] = [Math.min(least, own), Math.max(largest, own)];
      const expected = (perClass[one]! * perFold[fold]!) / folds.codes.length;
      chi += (own - expected) ** 2 / expected;
    }
    most = Math.max(most, largest - least);
  }
  return { chi, degrees: (classesUsed.length - 1) * (foldsUsed.length - 1), most };
}
