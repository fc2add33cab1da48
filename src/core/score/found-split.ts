import { z } from "zod";
import type { Project } from "../competition/project.ts";
import { counted } from "../text/counted.ts";

type Validation = Project["validation"];

/** How the folds of an OOF file split the data's rows, as far as the rows tell; null where they cannot. */
export const foundSplitSchema = z.object({
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
export type FoundSplit = z.output<typeof foundSplitSchema>;

/**
 * What a script that names no strategy must have used, in scikit-learn's words. Balanced folds are taken for stratified
 * ones only where these were asked for: of few rows any folds may be balanced.
 */
export function strategyOf(
  { folds, repeats, groups, strata, time, left }: FoundSplit,
  asked: string,
): string {
  if (folds === 1) return "Holdout";
  if (time === "ordered" && left > 0) return "TimeSeriesSplit";
  const stratified = strata === "balanced" && /Stratified/.test(asked) ? "Stratified" : "";
  if (groups === "apart") return `${stratified}GroupKFold`;
  return `${repeats > 1 ? "Repeated" : ""}${stratified}KFold`;
}

/** `10 folds, not stratified, groups shared between folds`. */
export function splitText({ folds, repeats, groups, strata, time }: FoundSplit): string {
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
  facts: FoundSplit,
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
export function claimDifferences(facts: FoundSplit, strategy: string): string[] {
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
