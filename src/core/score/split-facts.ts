import { z } from "zod";
import type { Project } from "../competition/project.ts";
import { asLabels, type Column, isLabels, type Labels } from "../metrics/column.ts";
import { counted } from "../text/counted.ts";

type Validation = Project["validation"];

/** How the folds of an OOF file split the data's rows, as far as the rows tell; null where they cannot. */
export const splitFactsSchema = z.object({
  /** Of one repeat. */
  folds: z.int(),
  repeats: z.int(),
  /** Rows of the smallest and of the largest fold. */
  rows: z.tuple([z.int(), z.int()]),
  /** Whether the rows of each value of project.yml's `group` are in one fold. */
  groups: z.enum(["apart", "shared"]).nullable(),
  /** Whether each fold has its share of each class, or of each part of a target's range. */
  strata: z.enum(["balanced", "unbalanced"]).nullable(),
  /** Whether each fold comes after the one before, by project.yml's `time`. */
  time: z.enum(["ordered", "mixed"]).nullable(),
  /** Rows that no fold validated, of those with a target. */
  left: z.int(),
});
export type SplitFacts = z.output<typeof splitFactsSchema>;

/**
 * What a script that names no strategy must have used, in scikit-learn's words. Balanced folds are taken for stratified
 * ones only where these were asked for: of few rows any folds may be balanced.
 */
export function strategyOf(
  { folds, repeats, groups, strata, time, left }: SplitFacts,
  asked: string,
): string {
  if (folds === 1) return "Holdout";
  if (time === "ordered" && left > 0) return "TimeSeriesSplit";
  const stratified = strata === "balanced" && /Stratified/.test(asked) ? "Stratified" : "";
  if (groups === "apart") return `${stratified}GroupKFold`;
  return `${repeats > 1 ? "Repeated" : ""}${stratified}KFold`;
}

/** `10 folds, not stratified, groups shared between folds`. */
export function splitText({ folds, repeats, groups, strata, time }: SplitFacts): string {
  return [
    countText(folds, repeats),
    strata === "unbalanced" ? "not stratified" : [],
    groups === "shared" ? "groups shared between folds" : [],
    groups === "apart" ? "groups apart" : [],
    time === "mixed" ? "not in the order of time" : [],
    time === "ordered" ? "in the order of time" : [],
  ]
    .flat()
    .join(", ");
}

function countText(folds: number, repeats: number): string {
  const count = folds === 1 ? "a single holdout fold" : counted(folds, "fold");
  return repeats === 1 ? count : `${repeats} x ${count}`;
}

/** In what the folds are not what project.yml asks for, a few words each; empty where nothing tells that they are not. */
export function splitDifferences(
  facts: SplitFacts,
  validation: Omit<Validation, "strategy"> & { strategy: string },
): string[] {
  const { folds, repeats, groups, strata, time, left } = facts;
  const { strategy, n_splits, n_repeats = 1, group } = validation;
  const isHoldout = strategy === "Holdout";
  const isTime = strategy === "TimeSeriesSplit" || (isHoldout && validation.time !== undefined);
  const isGroup = /Group/.test(strategy) || (isHoldout && group !== undefined);
  return [
    folds === n_splits && repeats === n_repeats
      ? []
      : `${countText(folds, repeats)}, not ${countText(n_splits, n_repeats)}`,
    isGroup && groups === "shared" ? `groups of ${group} shared between folds` : [],
    // Folds of whole groups cannot hold every class's share.
    /Stratified/.test(strategy) && !/Group/.test(strategy) && strata === "unbalanced"
      ? "not stratified"
      : [],
    isTime && time === "mixed" ? `not in the order of ${validation.time ?? "the rows"}` : [],
    isTime && time === "ordered" && left === 0 && folds > 1
      ? "the earliest rows validated too, by a model of later ones"
      : [],
  ].flat();
}

/**
 * In what the folds cannot be those of the strategy other than project.yml's that a script says it used, a few words
 * each.
 */
export function claimDifferences(facts: SplitFacts, strategy: string): string[] {
  const { folds, repeats, groups, rows } = facts;
  const not = `no ${strategy}, as the script says`;
  return [
    /^hold-?out$/i.test(strategy) && folds > 1 ? `${countText(folds, repeats)}, ${not}` : [],
    strategy.startsWith("Repeated") && repeats === 1 ? `each row validated once, ${not}` : [],
    strategy === "LeaveOneOut" && rows[1] > 1 ? `folds of ${rows[1]} rows, ${not}` : [],
    /Group/.test(strategy) && groups === null
      ? `${strategy}, as the script says, of groups that project.yml does not name`
      : [],
  ].flat();
}

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
): SplitFacts["strata"] {
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
