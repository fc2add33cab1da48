import { z } from "zod";
import type { CvEntry } from "./ledger.ts";
import { type RankingMetric, rowsText, standingOf, standings } from "./standing.ts";

/** What stands beside every score in a result, all null where there is none. */
export const shownScoreShape = {
  /** Whether the score is ranked, or why not. */
  standing: z.enum(standings).nullable(),
  /** Whether the score was computed again from the OOF predictions. */
  proof: z.enum(["verified", "unverifiable"]).nullable(),
  /** Rows that were scored, of those with a target; null where the line does not say. */
  scoredRows: z.object({ scored: z.int(), of: z.int() }).nullable(),
  /** In what its folds were not what project.yml asked for, a few words each; empty where nothing tells that. */
  splitDiffers: z.array(z.string()),
};
const shownScoreSchema = z.object(shownScoreShape);
export type ShownScore = z.output<typeof shownScoreSchema>;

export const noScore: ShownScore = {
  standing: null,
  proof: null,
  scoredRows: null,
  splitDiffers: [],
};

/** What has to be shown with the score of a line that no `verify` contradicted. */
export function shownScore(line: CvEntry | undefined, metric: RankingMetric): ShownScore {
  if (line === undefined) return noScore;
  return {
    standing: standingOf(line, metric),
    proof: line.proof.verdict,
    scoredRows: line.rows ?? null,
    splitDiffers: line.split?.differs ?? [],
  };
}

/** What makes a score mean less than its number, as words: `unverified`, `519 of 600 rows`. */
function caveats({ standing, proof, scoredRows, splitDiffers }: ShownScore): string[] {
  if (standing === null) return [];
  return [
    standing === "contradicted" ? "contradicted" : [],
    proof === "unverifiable" ? "unverified" : [],
    standing === "partial" ? (scoredRows === null ? "part of the rows" : rowsText(scoredRows)) : [],
    standing === "other-metric" ? "by another metric" : [],
    splitDiffers.length > 0 ? "validated otherwise than project.yml asks" : [],
  ].flat();
}

/** The same behind the number in a sentence, ` (unverified)`; empty for a whole, verified score. */
export function caveat(score: ShownScore): string {
  const words = caveats(score);
  return words.length === 0 ? "" : ` (${words.join(", ")})`;
}

/** What a recorded line is worth less for, behind its number in a note: ` unverified`, ` on 519 of 600 rows`. */
export function worth({ proof, partial, rows }: CvEntry): string {
  const unverified = proof.verdict === "unverifiable" ? " unverified" : "";
  if (!partial) return unverified;
  return `${unverified} on ${rows === undefined ? "part of the rows" : rowsText(rows)}`;
}
