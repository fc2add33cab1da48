import { z } from "zod";
import type { LedgerEntry } from "../../core/score/ledger.ts";
import { directions } from "../../core/competition/project.ts";

/** A line of scores.jsonl as results show it: the same facts under the names that results use. */
export const recordedScoreSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("cv"),
    at: z.string(),
    run: z.string(),
    score: z.number(),
    folds: z.array(z.number()),
    cvIs: z.enum(["oof", "fold_mean"]),
    metric: z.string(),
    direction: z.enum(directions),
    validation: z.record(z.string(), z.unknown()),
    config: z.record(z.string(), z.unknown()),
    proof: z.object({ verdict: z.enum(["verified", "unverifiable"]), summary: z.string() }),
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
  }),
]);

export function recordedScore(entry: LedgerEntry): z.output<typeof recordedScoreSchema> {
  if (entry.kind === "lb") {
    const { kind, at, side, score, source, submission, file_sha256: fileSha256 } = entry;
    return { kind, at, side, score, source, submission, fileSha256 };
  }
  const { kind, at, run, score, folds, metric, direction, validation, config, proof } = entry;
  return {
    kind,
    at,
    run,
    score,
    folds,
    cvIs: entry.cv_is,
    metric,
    direction,
    validation,
    config,
    proof,
    gitCommit: entry.git_commit,
    codeSha256: entry.code_sha256,
    dataSha256: entry.data_sha256,
  };
}
