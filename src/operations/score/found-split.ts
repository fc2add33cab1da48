import type { Project } from "../../core/competition/project.ts";
import { foldWords } from "../../core/competition/validation-setting.ts";
import { findMetric } from "../../core/metrics/known-metrics.ts";
import { groupByFold } from "../../core/score/folds.ts";
import type { Metrics } from "../../core/score/metrics-file.ts";
import {
  claimDifferences,
  type FoundSplit,
  splitDifferences,
} from "../../core/score/found-split.ts";
import { strataOf } from "../../core/score/strata.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import type { JoinedOof } from "../../tables/join-oof.ts";

/** What the folds of the OOF file are; undefined where it names none. */
export function findSplit(
  { project }: Workspace,
  joined: JoinedOof,
  metrics: Metrics,
): FoundSplit | undefined {
  const { folds, times, missing, straddling, hasGroups } = joined;
  if (folds === undefined || times === 0) return undefined;
  const sizes = groupByFold(folds)
    .folds.map(({ start, end }) => end - start)
    .toSorted((a, b) => a - b);
  const count = sizes.length;
  const repeats = count % times === 0 ? times : 1;
  const isRegression = findMetric(metrics.metric)?.needs === "values";
  const isTold = count > 1 && project.metric.function === undefined;
  const inOrder = count === 1 ? isLast(project, joined) : joined.inOrder;
  return {
    folds: count / repeats,
    repeats,
    rows: [sizes[0]!, sizes.at(-1)!],
    groups: hasGroups ? (straddling.count > 0 ? "shared" : "apart") : null,
    strata: isTold ? strataOf(joined.targets, folds, isRegression) : null,
    time: inOrder === undefined ? null : inOrder ? "ordered" : "mixed",
    left: missing.count,
  };
}

/** Whether a single fold comes after the rows beside it; undefined where project.yml names no time. */
function isLast({ validation }: Project, { missing }: JoinedOof): boolean | undefined {
  return validation.time === undefined ? undefined : missing.first;
}

/** From what project.yml asks for, and from the strategy that the script says it used. */
export function differencesOf(
  { project }: Workspace,
  split: FoundSplit,
  { validation }: Metrics,
): string[] {
  const asked = project.validation;
  const { strategy = asked.strategy } = validation;
  const said = { strategy: String(strategy), n_splits: split.folds, n_repeats: split.repeats };
  return [
    ...new Set([
      ...splitDifferences(split, asked),
      ...splitDifferences(split, { ...asked, ...said }),
      ...(said.strategy === asked.strategy ? [] : claimDifferences(split, said.strategy)),
    ]),
  ];
}

export function differenceWarnings(
  { project }: Workspace,
  differences: readonly string[],
): string[] {
  if (differences.length === 0) return [];
  const asked = `${project.validation.strategy}, ${foldWords(project.validation)}`;
  return [`validated otherwise than project.yml asks (${asked}): ${differences.join("; ")}`];
}

/**
 * The share of the rows that project.yml's holdout validates, where the script used one fold and says of no part but a
 * holdout.
 */
export function holdoutOf(
  { project }: Workspace,
  { fold_scores, partial }: Metrics,
): number | undefined {
  const isHoldout = !partial || /^hold-?out$/i.test(partial.kind);
  return fold_scores.length === 1 && isHoldout ? project.validation.test_size : undefined;
}
