import { counted } from "../text/counted.ts";

/**
 * What computing a ledger line again came to. `verified`: the run gives just this score. `contradicted`: its run says
 * otherwise. `unverified`: the metric cannot be computed. `not-on-this-machine`: there is no record of the run here.
 * `not-kept`: the record is there, its predictions are not. `data-changed`: the training data here is not what it was
 * trained on.
 */
export const verifyOutcomes = [
  "verified",
  "contradicted",
  "unverified",
  "not-on-this-machine",
  "not-kept",
  "data-changed",
] as const;
export type VerifyOutcome = (typeof verifyOutcomes)[number];

/** How the last `verify` judged a line. */
export interface LineVerdict {
  outcome: VerifyOutcome;
  /** What differs, or why it could not be computed; empty where it is right. */
  why: string[];
}

export type OutcomeCounts = Record<VerifyOutcome, number>;

export function countOutcomes(outcomes: Iterable<VerifyOutcome>): OutcomeCounts {
  const counts = Object.fromEntries(verifyOutcomes.map((one) => [one, 0])) as OutcomeCounts;
  for (const outcome of outcomes) counts[outcome] += 1;
  return counts;
}

/** `12 verified, 1 contradicted, 2 not on this machine`; outcomes that no line has are left out. */
export function outcomeText(counts: OutcomeCounts): string {
  const parts = verifyOutcomes
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) => `${counts[outcome].toLocaleString("en-US")} ${outcome.replaceAll("-", " ")}`);
  return parts.length === 0 ? "no scores" : parts.join(", ");
}

/** The last verdicts of the lines there are now. */
export interface VerifySummary {
  /** Of the newest `verify`, ISO 8601, UTC. */
  at: string;
  counts: OutcomeCounts;
  /** Lines that it has not seen: they are newer, or were edited since. */
  unchecked: number;
}

/** Of the outcomes of the CV lines there are; null where nothing was ever verified. */
export function summarizeVerify(
  times: readonly string[],
  outcomes: readonly (VerifyOutcome | undefined)[],
): VerifySummary | null {
  const at = times.toSorted().at(-1);
  if (at === undefined) return null;
  const seen = outcomes.filter((outcome) => outcome !== undefined);
  return { at, counts: countOutcomes(seen), unchecked: outcomes.length - seen.length };
}

/** `verify 2026-11-23 12:00 UTC: 12 verified, 1 contradicted; 3 scores not seen by it`. */
export function verifySummaryText({ at, counts, unchecked }: VerifySummary): string {
  const time = `${at.slice(0, 16).replace("T", " ")} UTC`;
  const rest = unchecked === 0 ? "" : `; ${counted(unchecked, "score")} not seen by it`;
  return `verify ${time}: ${outcomeText(counts)}${rest}`;
}
