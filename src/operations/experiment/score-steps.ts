import { configChanges, settingChange } from "../../core/experiment/config-summary.ts";
import { judgeFolds } from "../../core/statistics/fold-verdict.ts";
import { countPairs } from "../../core/statistics/pair-order.ts";
import type { Direction } from "../../core/competition/project.ts";
import { gain } from "../../core/score/score.ts";
import { isRanked, type RankingMetric } from "../../core/score/standing.ts";
import type { ExperimentRow } from "./experiment-row.ts";
import type { ExperimentRecord } from "./read-experiments.ts";

/** An experiment and what it did to its parent's score. */
export interface Step {
  row: ExperimentRow;
  /** Settings that differ from the parent's, `lr 0.1 -> 0.05`. */
  changed: string[];
  verdict: ReturnType<typeof judgeFolds>["verdict"];
}

/** These rows as steps from their parents, in their order. */
export function toSteps(
  rows: readonly ExperimentRow[],
  records: readonly ExperimentRecord[],
  metric: RankingMetric,
): Step[] {
  const byName = new Map(records.map((record) => [record.name, record]));
  return rows.map((row) => {
    const cv = byName.get(row.experiment)?.cv;
    const parent = byName.get(row.parent ?? "")?.cv;
    if (cv === undefined || parent === undefined) return { row, changed: [], verdict: "none" };
    const changed = configChanges(parent.config, cv.config).map(settingChange);
    const areRanked = isRanked(cv, metric) && isRanked(parent, metric);
    return { row, changed, verdict: areRanked ? judgeFolds(parent, cv).verdict : "none" };
  });
}

/** The experiments that moved the score most, either way. */
export function biggestMoves(rows: readonly ExperimentRow[], count: number): ExperimentRow[] {
  return rows
    .filter(({ difference }) => difference !== null && difference !== 0)
    .toSorted((a, b) => Math.abs(b.difference!) - Math.abs(a.difference!))
    .slice(0, count);
}

/** An LB by another metric is not ranked. */
export function bestByLb(
  rows: readonly ExperimentRow[],
  direction: Direction,
): ExperimentRow | undefined {
  const ranked = rows.filter(({ lb, lbRanked }) => lb !== null && lbRanked);
  return ranked.toSorted((a, b) => gain(b.lb!, a.lb!, direction))[0];
}

/**
 * Share of pairs of experiments that CV and LB put in the same order: 1 is perfect agreement, 0.5 is chance.
 * Null with fewer than three experiments that have both.
 */
export function cvLbAgreement(rows: readonly ExperimentRow[]): number | null {
  const both = rows.filter(({ gap }) => gap !== null);
  if (both.length < 3) return null;
  const { same, other } = countPairs(both.map(({ lbCv, lb }) => [lbCv!.score, lb!]));
  return same + other === 0 ? null : same / (same + other);
}
