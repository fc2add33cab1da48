/**
 * `Public LB: 0.8750`, `LB=0.8750`, `LB score: 0.875`, `公開LB：0.8750`, with the word before it and a side in brackets.
 * A number that goes on as something else (a rank 12/300 or 12th, 1,234) is none.
 */
const statedLb =
  /(?<![A-Za-z0-9_])(?:LB|leaderboard)(?:[ \t]*(?:score|スコア))?(?:[ \t]*\((public|private)\))?[ \t]*[:=：＝][ \t]*([-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)(?![\p{L}\d_%/]|[.,]\d)/giu;

const wordBefore = /\p{L}+[ \t]*$/u;
/** Longer than any of the words below, with blanks. */
const longestWord = 40;

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
  let last: number | undefined;
  for (const { index, 1: side, 2: score } of text.matchAll(statedLb)) {
    const before = wordBefore.exec(text.slice(Math.max(0, index - longestWord), index))?.[0] ?? "";
    if (side?.toLowerCase() !== "private" && !notPublic.test(before.trim())) last = Number(score);
  }
  return last;
}
