import type { CvEntry } from "./ledger.ts";
import { sameScore } from "./score.ts";

/** Scores computed again from the OOF file, or why they could not be. */
export type Recomputed = { score: number; folds: number[]; rows: number } | { impossible: string };

/**
 * What was proved of a claimed score, as its ledger line keeps it: where it is verified the scores that were computed, not
 * the claimed ones, which may be rounded. A `mismatch` is recorded nowhere.
 */
export type Proof =
  | (CvEntry["proof"] &
      Partial<
        Pick<
          CvEntry,
          | "score"
          | "folds"
          | "rows"
          | "partial"
          | "folds_sha256"
          | "split"
          | "metric_sha256"
          | "oof_sha256"
          | "warnings"
        >
      >)
  | {
      verdict: "mismatch";
      summary: string;
      /** The file at fault, where it is not what the script wrote. */
      culprit?: string;
    };

/** Whether what metrics.json claims is what the OOF file gives, within what `sameScore` allows. */
export function judge(
  claimed: { cv_score: number; fold_scores: readonly number[]; cv_is: "oof" | "fold_mean" },
  recomputed: Recomputed,
): Proof {
  if ("impossible" in recomputed)
    return {
      verdict: "mismatch",
      summary: `the score cannot be computed again: ${recomputed.impossible}`,
    };
  if (!sameScore(claimed.cv_score, recomputed.score))
    return mismatch("cv_score", claimed.cv_score, recomputed.score);
  const fold = recomputed.folds.findIndex(
    (score, index) => !sameScore(score, claimed.fold_scores[index] ?? Number.NaN),
  );
  if (fold !== -1)
    return mismatch(`fold_scores[${fold}]`, claimed.fold_scores[fold], recomputed.folds[fold]!);
  return {
    verdict: "verified",
    summary: `computed again from ${recomputed.rows} out-of-fold predictions, each fold too`,
    score: recomputed.score,
    folds: recomputed.folds,
  };
}

function mismatch(what: string, claimed: number | undefined, found: number): Proof {
  return {
    verdict: "mismatch",
    summary: `${what} is ${claimed} in metrics.json, but the out-of-fold predictions give ${found}`,
  };
}
