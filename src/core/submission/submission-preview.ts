import { counted } from "../text/counted.ts";
import { judgeFolds, otherMeasure } from "../statistics/fold-verdict.ts";
import { pairedCv } from "../score/lb-pairing.ts";
import type { CvEntry, LedgerEntry } from "../score/ledger.ts";
import { caveat, shownScore } from "../score/shown-score.ts";
import { isRanked, type RankingMetric } from "../score/standing.ts";
import { formatDelta, formatScore, gain, isBetter, standardDeviation } from "../score/score.ts";

/** An experiment that was submitted, with the CV it had then. */
export interface SubmittedCv {
  experiment: string;
  cv: CvEntry;
}

/** What a platform with few submissions says before one is spent. */
export interface Allowance {
  /** Submissions left now; null where the platform does not say. */
  left: number | null;
  /** Submitted today (UTC). */
  today: number | null;
  /** ISO 8601; null where none is known. */
  deadline: string | null;
}

export interface SubmissionPreview {
  best: SubmittedCv | null;
  verdict: "better" | "worse" | "within-noise" | "none";
  /** What there is to know before a submission is spent, a sentence each. */
  lines: string[];
  /** Why the user should confirm it first; empty where nothing speaks against it. */
  doubts: string[];
}

/** Of all that have a public score, the experiment whose ranked CV is the best: the CV of what was submitted. */
export function bestSubmitted(
  ledgers: readonly { experiment: string; entries: readonly LedgerEntry[] }[],
  metric: RankingMetric,
): SubmittedCv | null {
  let best: SubmittedCv | null = null;
  for (const { experiment, entries } of ledgers) {
    for (const entry of entries) {
      if (entry.kind !== "lb" || entry.side !== "public") continue;
      const cv = pairedCv(entries, entry)?.cv;
      if (cv === undefined || !isRanked(cv, metric)) continue;
      if (best === null || isBetter(cv.score, best.cv.score, metric.direction))
        best = { experiment, cv };
    }
  }
  return best;
}

/** Whether to spend a submission on this CV: against the best one submitted, the folds' noise, slots and deadline. */
export function previewSubmission(
  experiment: string,
  cv: CvEntry | undefined,
  best: SubmittedCv | null,
  { allowance, metric, now }: { allowance: Allowance; metric: RankingMetric; now: Date },
): SubmissionPreview {
  const compared = compareCv(cv, best, metric);
  const slots = slotLine(allowance);
  const deadline = deadlineLine(allowance.deadline, now);
  const doubts = [
    ...(compared.verdict === "worse" || compared.verdict === "within-noise"
      ? [compared.summary]
      : []),
    ...(allowance.left === 1 ? ["this is the last submission left today"] : []),
  ];
  const own = cv === undefined ? `${experiment} has no recorded CV` : compared.summary;
  return {
    best,
    verdict: compared.verdict,
    lines: [own, slots, deadline].filter((line) => line !== null),
    doubts,
  };
}

function compareCv(
  cv: CvEntry | undefined,
  best: SubmittedCv | null,
  metric: RankingMetric,
): { verdict: SubmissionPreview["verdict"]; summary: string } {
  if (cv === undefined) return { verdict: "none", summary: "" };
  const own = `CV ${formatScore(cv.score)}${caveat(shownScore(cv, metric))}`;
  if (!isRanked(cv, metric))
    return { verdict: "none", summary: `${own}, which is compared with no other` };
  if (best === null) return { verdict: "none", summary: `${own}; nothing was submitted before` };
  const against = `${own}, the best submitted has ${formatScore(best.cv.score)} (${best.experiment})`;
  if (best.cv.run === cv.run)
    return {
      verdict: "within-noise",
      summary: `${own}, from the run that was submitted already`,
    };
  const other = otherMeasure(best.cv, cv);
  if (other !== undefined) return { verdict: "none", summary: `${against}: ${other}` };
  const { verdict, summary } = judgeFolds(best.cv, cv);
  if (verdict !== "none") return { verdict, summary: `${against}: ${summary}` };
  const unpaired = judgeUnpaired(best.cv, cv);
  return { ...unpaired, summary: `${against}: ${unpaired.summary}` };
}

/** Without the same folds: the gain against the standard error of the difference of two means. */
function judgeUnpaired(
  a: CvEntry,
  b: CvEntry,
): { verdict: SubmissionPreview["verdict"]; summary: string } {
  if (Math.min(a.folds.length, b.folds.length) < 2)
    return { verdict: "none", summary: "one fold alone gives no verdict" };
  const delta = gain(b.score, a.score, b.direction);
  const error = Math.hypot(standardError(a.folds), standardError(b.folds));
  const shown = `${formatDelta(b.score - a.score)}, standard error ${formatScore(error)}, other folds`;
  if (delta > 2 * error)
    return { verdict: "better", summary: `better beyond the noise of the folds (${shown})` };
  if (delta < -2 * error)
    return { verdict: "worse", summary: `worse beyond the noise of the folds (${shown})` };
  return { verdict: "within-noise", summary: `within the noise of the folds (${shown})` };
}

function standardError(folds: readonly number[]): number {
  return folds.length < 2 ? 0 : standardDeviation(folds) / Math.sqrt(folds.length);
}

function slotLine({ left, today }: Allowance): string | null {
  if (left === null) return null;
  const made = today === null ? "" : `, ${today} made`;
  return `${counted(left, "submission")} left today${made}`;
}

const nearMs = 48 * 3_600_000;

function deadlineLine(deadline: string | null, now: Date): string | null {
  const end = Date.parse(deadline ?? "");
  if (Number.isNaN(end)) return null;
  const shown = `${new Date(end).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const left = end - now.getTime();
  if (left <= 0)
    return `the competition ended on ${shown}: a late submission is scored, if at all, without a rank`;
  if (left > nearMs) return `the competition ends on ${shown}`;
  return `the competition ends in ${counted(Math.max(1, Math.round(left / 3_600_000)), "hour")}, on ${shown}`;
}
