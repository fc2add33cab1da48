import { latestCv, latestLb, type LedgerEntry } from "./ledger.ts";
import { pairedCv } from "./lb-pairing.ts";
import { isRanked, type RankingMetric } from "./standing.ts";

/** Public LB minus the CV that it is paired with; null where that one is not ranked. */
export function lbGap(entries: readonly LedgerEntry[], metric: RankingMetric): number | null {
  const lb = latestLb(entries, "public");
  const cv = lb && pairedCv(entries, lb)?.cv;
  return cv && isRanked(cv, metric) ? lb.score - cv.score : null;
}

/**
 * Whether there is a public LB by this metric. An LB line does not say its metric: it is that of the CV that it is paired
 * with, or else of the CV line before it.
 */
export function isLbRanked(entries: readonly LedgerEntry[], metric: RankingMetric): boolean {
  const lb = latestLb(entries, "public");
  if (lb === undefined) return false;
  const cv = pairedCv(entries, lb)?.cv ?? latestCv(entries.slice(0, entries.indexOf(lb)));
  return cv === undefined || cv.metric === metric.name;
}

/**
 * Whether LB lies further from CV than twice the standard deviation of the folds, which is more than they scatter. Null
 * where they tell of no noise.
 */
export function isGapBeyondNoise(gap: number | null, std: number | null): boolean | null {
  return gap === null || std === null || std === 0 ? null : Math.abs(gap) > 2 * std;
}
