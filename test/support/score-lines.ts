import type { CvEntry, LbEntry } from "../../src/core/score/ledger.ts";
import type { RankingMetric } from "../../src/core/score/standing.ts";

/** The metric of the lines below. */
export const accuracy: RankingMetric = {
  name: "accuracy",
  direction: "maximize",
  own: false,
  sha256: null,
};

/** A CV line of a ledger, whole and verified. */
export function cvLine(changes: Partial<CvEntry> = {}): CvEntry {
  return {
    kind: "cv",
    at: "2026-11-23T01:16:30Z",
    run: "20261123-011530-exp001-k3f9",
    score: 0.8,
    folds: [0.8, 0.8],
    cv_is: "oof",
    metric: "accuracy",
    direction: "maximize",
    validation: {},
    config: {},
    proof: { verdict: "verified", summary: "" },
    git_commit: null,
    code_sha256: "",
    data_sha256: {},
    ...changes,
  };
}

/** A public LB line that names no run. */
export function lbLine(changes: Partial<LbEntry> = {}): LbEntry {
  return {
    kind: "lb",
    at: "2026-11-24T00:00:00Z",
    side: "public",
    score: 0.7,
    source: "kaggle",
    submission: "1",
    file_sha256: null,
    ...changes,
  };
}
