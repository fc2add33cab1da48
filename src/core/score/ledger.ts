import { z } from "zod";
import { directions } from "../competition/project.ts";

/**
 * `models/<experiment>/scores.jsonl`: one line a fact, appended and never changed, in git. The newest line of a kind
 * counts. A CV line is only ever written from a run's metrics.json.
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
  /** Rows that were scored, of those with a target. Lines of older versions do not say. */
  rows: z.object({ scored: z.int(), of: z.int() }).optional(),
  /** Where the script said that it validates on part of the rows: what part, and why. Such a score is never ranked. */
  partial: z.object({ kind: z.string(), why: z.string().nullable() }).nullish(),
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
});

export const ledgerEntrySchema = z.discriminatedUnion("kind", [cvEntrySchema, lbEntrySchema]);
export type CvEntry = z.output<typeof cvEntrySchema>;
export type LbEntry = z.output<typeof lbEntrySchema>;
export type LedgerEntry = z.output<typeof ledgerEntrySchema>;

/** The CV score that counts: the newest recorded. */
export function latestCv(entries: readonly LedgerEntry[]): CvEntry | undefined {
  return entries.findLast((entry) => entry.kind === "cv");
}

/**
 * LB minus CV by `metric`, the project's; null where there is no pair of that metric. An LB line does not say its
 * metric: it is that of the CV line before it.
 */
export function lbGap(entries: readonly LedgerEntry[], metric: string): number | null {
  const cv = latestCv(entries);
  const lb = latestLb(entries, "public");
  if (cv?.metric !== metric || lb === undefined) return null;
  const before = latestCv(entries.slice(0, entries.indexOf(lb)));
  return before === undefined || before.metric === metric ? lb.score - cv.score : null;
}

/** The leaderboard score of a side that counts: that of the newest submission, of two as new the one written last. */
export function latestLb(
  entries: readonly LedgerEntry[],
  side: LbEntry["side"],
): LbEntry | undefined {
  const own = entries.filter((entry) => entry.kind === "lb" && entry.side === side) as LbEntry[];
  const time = ({ submitted, at }: LbEntry) => Date.parse(submitted ?? at) || 0;
  return own.reduce<LbEntry | undefined>(
    (newest, entry) => (newest !== undefined && time(newest) > time(entry) ? newest : entry),
    undefined,
  );
}
