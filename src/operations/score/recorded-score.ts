import { z } from "zod";
import { lbPairings, pairedCv } from "../../core/score/lb-pairing.ts";
import { foldsOf, type LedgerEntry } from "../../core/score/ledger.ts";
import { shownScoreShape } from "../../core/score/shown-score.ts";
import { type RankingMetric, standingOf, standings } from "../../core/score/standing.ts";
import { type LineVerdict, verifyOutcomes } from "../../core/score/verification.ts";
import { directions } from "../../core/competition/project.ts";

/** Of which part of the rows a score is; null where it is of all. */
export const partialSchema = z.object({ kind: z.string(), why: z.string().nullable() }).nullable();

/** What the last `verify` found of a line; null where it has not seen it. */
export const verdictSchema = z
  .object({ outcome: z.enum(verifyOutcomes), why: z.array(z.string()) })
  .nullable();

export const outcomeCountsSchema = z.record(z.enum(verifyOutcomes), z.int());

/** What the last `verify` found of all lines; null where nothing was ever verified. */
export const verifySummarySchema = z
  .object({ at: z.string(), counts: outcomeCountsSchema, unchecked: z.int() })
  .nullable();

/** A line of scores.jsonl as results show it: the same facts under the names that results use. */
export const recordedScoreSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("cv"),
    at: z.string(),
    run: z.string(),
    score: z.number(),
    standing: z.enum(standings),
    folds: z.array(z.number()),
    cvIs: z.enum(["oof", "fold_mean"]),
    metric: z.string(),
    direction: z.enum(directions),
    validation: z.record(z.string(), z.unknown()),
    config: z.record(z.string(), z.unknown()),
    proof: z.object({ verdict: z.enum(["verified", "unverifiable"]), summary: z.string() }),
    verify: verdictSchema,
    rows: shownScoreShape.scoredRows,
    partial: partialSchema,
    foldsSha256: z.string().nullable(),
    metricSha256: z.string().nullable(),
    oofSha256: z.string().nullable(),
    warnings: z.array(z.string()),
    gitCommit: z.string().nullable(),
    codeSha256: z.string(),
    dataSha256: z.record(z.string(), z.string()),
  }),
  z.object({
    kind: z.literal("lb"),
    at: z.string(),
    side: z.enum(["public", "private"]),
    score: z.number(),
    source: z.string(),
    submission: z.string().nullable(),
    fileSha256: z.string().nullable(),
    /** The run whose files were submitted; null in lines of older versions. */
    run: z.string().nullable(),
    /** The CV that it is set against, by that run or else by time; null without one. */
    paired: z.object({ run: z.string(), score: z.number(), by: z.enum(lbPairings) }).nullable(),
  }),
]);

/** With its standing by this metric, what the last `verify` found of it, and of an LB the CV among `scores`. */
export function recordedScore(
  entry: LedgerEntry,
  measure: RankingMetric,
  { verdict, scores }: { verdict: LineVerdict | undefined; scores: readonly LedgerEntry[] },
): z.output<typeof recordedScoreSchema> {
  if (entry.kind === "lb") {
    const { kind, at, side, score, source, submission, file_sha256: fileSha256 } = entry;
    const pair = pairedCv(scores, entry);
    const paired = pair ? { run: pair.cv.run, score: pair.cv.score, by: pair.by } : null;
    const run = entry.run ?? null;
    return { kind, at, side, score, source, submission, fileSha256, run, paired };
  }
  const { kind, at, run, score, folds, metric, direction, validation, config, proof } = entry;
  return {
    kind,
    at,
    run,
    score,
    standing: verdict?.outcome === "contradicted" ? "contradicted" : standingOf(entry, measure),
    folds,
    cvIs: entry.cv_is,
    metric,
    direction,
    validation,
    config,
    proof,
    verify: verdict ?? null,
    rows: entry.rows ?? null,
    partial: entry.partial ?? null,
    foldsSha256: foldsOf(entry) ?? null,
    metricSha256: entry.metric_sha256 ?? null,
    oofSha256: entry.oof_sha256 ?? null,
    warnings: entry.warnings ?? [],
    gitCommit: entry.git_commit,
    codeSha256: entry.code_sha256,
    dataSha256: entry.data_sha256,
  };
}
