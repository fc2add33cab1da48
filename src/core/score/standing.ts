import type { Direction, Project } from "../competition/project.ts";
import { counted } from "../text/counted.ts";
import type { CvEntry } from "./ledger.ts";

/**
 * Whether a recorded CV takes part in the ranking, or why not: it is of part of the rows, it could not be computed again,
 * it is by another metric than project.yml names now, or the last `verify` found that its run says otherwise.
 */
export const standings = [
  "ranked",
  "partial",
  "unverified",
  "other-metric",
  "contradicted",
] as const;
export type Standing = (typeof standings)[number];

/** The metric that scores are ranked by. */
export interface RankingMetric {
  name: string;
  direction: Direction;
  /** The metric is the user's own, so scores that could not be computed again are ranked too. */
  own: boolean;
  /** Of the source of a metric of the user's own that Crossfold computes; null for any other. */
  sha256: string | null;
}

type Measured = Pick<CvEntry, "metric" | "partial" | "metric_sha256"> & {
  proof: Pick<CvEntry["proof"], "verdict">;
};

/** What project.yml says of the metric; `sha256` is that of its source file. */
export function rankingMetric(
  { name, direction, own = false }: Project["metric"],
  sha256: string | null,
): RankingMetric {
  return { name, direction, own, sha256 };
}

/** The standing of a line that no `verify` contradicted. */
export function standingOf(line: Measured, metric: RankingMetric): Standing {
  if (isOtherMetric(line, metric)) return "other-metric";
  if (isPartial(line)) return "partial";
  return isUnverified(line, metric) ? "unverified" : "ranked";
}

export function isRanked(line: Measured | undefined, metric: RankingMetric): boolean {
  return line !== undefined && standingOf(line, metric) === "ranked";
}

/** By another metric, or by a function of the user's that has changed since. */
export function isOtherMetric(line: Measured, metric: RankingMetric): boolean {
  if (line.metric !== metric.name) return true;
  const scored = line.metric_sha256 ?? null;
  // A score that was not computed by Crossfold was computed by no source that could have changed.
  return scored !== metric.sha256 && (scored !== null || line.proof.verdict === "verified");
}

/** The script validated on part of the rows, and said so. */
export function isPartial({ partial }: Pick<CvEntry, "partial">): boolean {
  return partial !== undefined && partial !== null;
}

function isUnverified(line: Measured, { name, own }: RankingMetric): boolean {
  return line.proof.verdict === "unverifiable" && !(own && line.metric === name);
}

/** Why this CV is compared with no other one, even by the same metric; undefined where it may be. */
export function whyNotCompared(
  experiment: string,
  line: Measured & Pick<CvEntry, "rows">,
  metric: RankingMetric,
): string | undefined {
  if (isPartial(line)) return `the CV of ${experiment} is ${ofRows(line) ?? "of part of the rows"}`;
  if (isUnverified(line, metric)) return `the CV of ${experiment} is unverified`;
  return undefined;
}

/** `of 519 of 600 rows`; undefined where the line does not tell. */
function ofRows({ rows }: Pick<CvEntry, "rows">): string | undefined {
  return rows === undefined ? undefined : `of ${rowsText(rows)}`;
}

/** `519 of 600 rows`. */
export function rowsText({ scored, of }: { scored: number; of: number }): string {
  return `${scored.toLocaleString("en-US")} of ${counted(of, "row")}`;
}
