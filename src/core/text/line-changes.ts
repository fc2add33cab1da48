export interface LineChanges {
  added: number;
  removed: number;
  /** The first changed lines, `+ text` and `- text`, shortened. */
  sample: string[];
}

const mostShown = 3;
const mostLength = 100;

/** Which lines one text has that the other has not; moved lines are no change, nor are empty ones. */
export function changedLines(before: string, after: string): LineChanges {
  const removed = linesMissing(before, after);
  const added = linesMissing(after, before);
  return {
    added: added.length,
    removed: removed.length,
    sample: [...firstFew("-", removed), ...firstFew("+", added)],
  };
}

function firstFew(sign: string, lines: readonly string[]): string[] {
  return lines.slice(0, mostShown).map((line) => `${sign} ${shorten(line)}`);
}

/** Lines of `text` that `other` has fewer of. */
function linesMissing(text: string, other: string): string[] {
  const left = new Map<string, number>();
  for (const line of linesOf(other)) left.set(line, (left.get(line) ?? 0) + 1);
  return linesOf(text).filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function shorten(line: string): string {
  return line.length <= mostLength ? line : `${line.slice(0, mostLength - 1)}…`;
}
