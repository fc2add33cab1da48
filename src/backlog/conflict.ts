import { plain } from "./lines.ts";

/** Line, from 1, of the first of git's conflict markers; undefined where the three do not stand there in order. */
export function findConflict(lines: readonly string[]): number | undefined {
  const after = (from: number, start: string, pattern: RegExp) => {
    for (let index = from + 1; index < lines.length; index += 1) {
      if (lines[index]!.startsWith(start) && pattern.test(plain(lines[index]!))) return index;
    }
    return -1;
  };
  const ours = after(-1, "<<<<<<<", /^<{7}( |$)/);
  const middle = ours === -1 ? -1 : after(ours, "=======", /^={7}$/);
  const theirs = middle === -1 ? -1 : after(middle, ">>>>>>>", /^>{7}( |$)/);
  return theirs === -1 ? undefined : ours + 1;
}
