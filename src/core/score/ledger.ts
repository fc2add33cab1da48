import { z } from "zod";
import { directions } from "../competition/project.ts";
import { foundSplitSchema } from "./found-split.ts";
import { isBetter } from "./score.ts";
import { isPartial, type RankingMetric, standingOf } from "./standing.ts";

/**
 * `models/<experiment>/scores.jsonl`: one line a fact, appended and never changed, in git. The newest line of a kind
 * counts, of CV lines the newest of all rows. A CV line is only ever written from a run's metrics.json.
 */
export const cvEntrySchema = z.looseObject({
  kind: z.literal("cv"),
  at: z.string(),
  run: z.string(),
  score: z.number(),
  folds: z.array(z.number()),
  cv_is: z.enum(["oof", "fold_mean"]),
  metric: z.string(),
  direction: z.enum(directions),
  validation: z.record(z.string(), z.unknown()),
  config: z.record(z.string(), z.unknown()),
  /** Whether the score was computed again from the OOF file: the same, or why that could not be done. */
  proof: z.object({ verdict: z.enum(["verified", "unverifiable"]), summary: z.string() }),
  /** The columns it predicts. Lines of older versions do not say. */
  target: z.array(z.string()).optional(),
  /** Rows that were scored, of those with a target. Lines of older versions do not say. */
  rows: z.object({ scored: z.int(), of: z.int() }).optional(),
  /** Where the script said that it validates on part of the rows: what part, and why. Such a score is never ranked. */
  partial: z.object({ kind: z.string(), why: z.string().nullable() }).nullish(),
  /**
   * What the folds of the OOF file are, and in what they are not what project.yml asked for, a few words each. Lines of
   * older versions do not say.
   */
  split: foundSplitSchema.extend({ differs: z.array(z.string()) }).optional(),
  /** Computed from ids and folds of the OOF file (tables/join-oof.ts); null where there are no folds. */
  folds_sha256: z.string().nullish(),
  /** Of the source of a metric of the user's own. */
  metric_sha256: z.string().nullish(),
  /** Of the OOF file as the script left it. */
  oof_sha256: z.string().nullish(),
  /** What to mind about the score, such as one too good to be true. */
  warnings: z.array(z.string()).optional(),
  git_commit: z.string().nullable(),
  code_sha256: z.string(),
  data_sha256: z.record(z.string(), z.string()),
});

const lbEntrySchema = z.looseObject({
  kind: z.literal("lb"),
  at: z.string(),
  side: z.enum(["public", "private"]),
  score: z.number(),
  /** `local`: graded on this machine. `given`: told to us with `lb`. Else the platform that said so. */
  source: z.string(),
  submission: z.string().nullable().default(null),
  /** When it was submitted, where that is known; `at` is when it was written here. */
  submitted: z.string().optional(),
  file_sha256: z.string().nullable().default(null),
  /** The run whose files were submitted; null for a file of no run. Lines of older versions do not say. */
  run: z.string().nullish(),
});

export const ledgerEntrySchema = z.discriminatedUnion("kind", [cvEntrySchema, lbEntrySchema]);
export type CvEntry = z.output<typeof cvEntrySchema>;
export type LbEntry = z.output<typeof lbEntrySchema>;
export type LedgerEntry = z.output<typeof ledgerEntrySchema>;

/** Which folds gave a score: what Crossfold computed, in lines of older versions what the script said. */
export function foldsOf({
  folds_sha256: computed,
  validation,
}: Pick<CvEntry, "folds_sha256" | "validation">): string | undefined {
  if (computed !== undefined) return computed ?? undefined;
  const { folds_sha256: claimed } = validation;
  return typeof claimed === "string" && claimed !== "" ? claimed : undefined;
}

/** The CV score that counts: the newest of all rows; one of part of the rows only where there is no other. */
export function latestCv(entries: readonly LedgerEntry[]): CvEntry | undefined {
  return countingCv(entries.filter((entry): entry is CvEntry => entry.kind === "cv"));
}

/** The CV score of a run. */
export function cvOfRun(entries: readonly LedgerEntry[], run: string): CvEntry | undefined {
  return entries.find((entry): entry is CvEntry => entry.kind === "cv" && entry.run === run);
}

/** Of CV lines, oldest first, the one that counts. */
export function countingCv<Line extends Pick<CvEntry, "partial">>(
  lines: readonly Line[],
): Line | undefined {
  return lines.findLast((line) => !isPartial(line)) ?? lines.at(-1);
}

/**
 * A whole score of an earlier run that was better than the one that counts, and is no less sure than it: the best of
 * these. Undefined where the newest is the best.
 */
export function earlierBetter(
  entries: readonly LedgerEntry[],
  metric: RankingMetric,
): CvEntry | undefined {
  const newest = latestCv(entries);
  if (newest === undefined || isPartial(newest)) return undefined;
  const standing = standingOf(newest, metric);
  if (standing === "other-metric") return undefined;
  let best = newest;
  for (const entry of entries) {
    if (entry.kind !== "cv" || !isBetter(entry.score, best.score, metric.direction)) continue;
    const own = standingOf(entry, metric);
    if (own === "ranked" || own === standing) best = entry;
  }
  return best === newest ? undefined : best;
}

/** The leaderboard score of a side that counts: that of the newest submission, of two as new the one written last. */
export function latestLb(
  entries: readonly LedgerEntry[],
  side: LbEntry["side"],
): LbEntry | undefined {
  const written = writtenBefore(entries);
  let newest: { entry: LbEntry; time: number } | undefined;
  for (const [index, entry] of entries.entries()) {
    if (entry.kind !== "lb" || entry.side !== side) continue;
    const time = timeOf(entry.submitted ?? "") ?? written[index]!;
    if (newest === undefined || time >= newest.time) newest = { entry, time };
  }
  return newest?.entry;
}

/**
 * The time, in milliseconds, at which each line was there for certain: its own, or an earlier one that a later line has,
 * since lines are only appended. So a clock that was ahead once makes no line the newest for ever.
 */
export function writtenBefore(entries: readonly Pick<LedgerEntry, "at">[]): number[] {
  let earliest = Number.POSITIVE_INFINITY;
  const times = entries.toReversed().map(({ at }) => {
    earliest = Math.min(earliest, timeOf(at) ?? earliest);
    return earliest;
  });
  return times.toReversed();
}

/** Milliseconds since 1970; undefined for what is no time. */
export function timeOf(at: string): number | undefined {
  const time = Date.parse(at);
  return Number.isNaN(time) ? undefined : time;
}
