import {
  type CvEntry,
  cvOfRun,
  latestCv,
  type LbEntry,
  type LedgerEntry,
  timeOf,
  writtenBefore,
} from "./ledger.ts";

/** How an LB score finds its CV: by the run that its line names, or by when it was submitted. */
export const lbPairings = ["run", "time"] as const;

/** The CV that an LB score is set against. */
export interface PairedCv {
  cv: CvEntry;
  by: (typeof lbPairings)[number];
}

/**
 * The CV of the run whose files were submitted, whatever was recorded since. For a line that names no run it is the one
 * that was recorded last before the submission. Undefined without such a CV line.
 */
export function pairedCv(entries: readonly LedgerEntry[], lb: LbEntry): PairedCv | undefined {
  if (lb.run != null) {
    const cv = cvOfRun(entries, lb.run);
    return cv && { cv, by: "run" };
  }
  const cv = latestCv(recordedBefore(entries, lb));
  return cv && { cv, by: "time" };
}

/**
 * CV lines above the LB's, without those that were recorded between the submission and the LB's line. A time that a line
 * below contradicts, as it is earlier, tells nothing: then the order of the lines does.
 */
function recordedBefore(entries: readonly LedgerEntry[], lb: LbEntry): CvEntry[] {
  const until = entries.slice(0, entries.indexOf(lb) + 1);
  const submitted = timeOf(lb.submitted ?? "") ?? Number.POSITIVE_INFINITY;
  const written = writtenBefore(until);
  return until.filter((entry, index): entry is CvEntry => {
    if (entry.kind !== "cv") return false;
    const time = timeOf(entry.at);
    return time === undefined || time > written[index]! || time <= submitted;
  });
}
