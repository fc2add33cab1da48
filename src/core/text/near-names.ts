/** Names that a word may have been meant for, nearest first: the same in another spelling, or a few letters off. */
export function nearNames(word: string, names: readonly string[], most = 3): string[] {
  const wanted = plain(word);
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  return names
    .map((name) => ({ name, away: distanceTo(wanted, plain(name)) }))
    .filter(({ away }) => away <= allowed)
    .toSorted((a, b) => a.away - b.away)
    .slice(0, most)
    .map(({ name }) => name);
}

function plain(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\s_.-]/g, "");
}

/** Letters to put in, take out or change; 1 where one name begins or ends with the other. */
function distanceTo(one: string, other: string): number {
  if (one === other) return 0;
  if (one.length > 2 && (other.startsWith(one) || other.endsWith(one))) return 1;
  const letters = [...other];
  let row = letters.map((_, index) => index + 1);
  for (const [line, letter] of [...one].entries()) {
    let before = line + 1;
    row = letters.map((at, index) => {
      const diagonal = index === 0 ? line : row[index - 1]!;
      before = Math.min(before + 1, row[index]! + 1, diagonal + (at === letter ? 0 : 1));
      return before;
    });
  }
  return row.at(-1) ?? one.length;
}
