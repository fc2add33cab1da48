/**
 * `Public LB: 0.8750`, `LB=0.8750`, `LB score: 0.875`, `公開LB：0.8750`, with the word before it and a side in brackets.
 * A number that goes on as something else (a rank 12/300 or 12th, 1,234) is none.
 */
const statedLb =
  /(?:(\p{L}+)[ \t]*)?(?<![A-Za-z0-9_])(?:LB|leaderboard)(?:[ \t]*(?:score|スコア))?(?:[ \t]*\((public|private)\))?[ \t]*[:=：＝][ \t]*([-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)(?![\p{L}\d_%/]|[.,]\d)/giu;

/** Words before it that make it another's score, one not yet given, or the private one. */
const notPublic =
  /^(private|プライベート|非公開|expected|expect|target|goal|predicted|estimated|forecast|hoped|top|best|winning|their|期待|予想|目標)$/i;

/**
 * The public leaderboard score that people wrote into a task: the last one in its notes, or in its final summary, which
 * is written later. Undefined where there is none. A CV in these texts is never read: it comes from runs alone.
 */
export function publicLbInTask({
  notes,
  finalSummary,
}: {
  notes: string;
  finalSummary: string;
}): number | undefined {
  return lastLb(finalSummary) ?? lastLb(notes);
}

function lastLb(text: string): number | undefined {
  const stated = [...text.matchAll(statedLb)].filter(
    ([, word, side]) => side?.toLowerCase() !== "private" && !notPublic.test(word ?? ""),
  );
  const score = stated.at(-1)?.[3];
  return score === undefined ? undefined : Number(score);
}
