import type { Labels } from "../metrics/column.ts";

/** How files write that no fold validated a row; a negative number says so too. */
const noFold = new Set(["", "nan", "none", "null", "na", "<na>"]);

/** The folds of an OOF file, by its rows. */
export interface Folds extends Labels {
  /** Whether each name is that of a fold. */
  isFold: Uint8Array;
}

/** Folds in one spelling (`0.0` is `0`) and in their order: by number where all are numbers, otherwise by text. */
export function readFolds({ codes, names }: Labels): Folds {
  const spelt = names.map((name) => name.trim().replace(/\.0+$/, ""));
  const different = [...new Set(spelt)];
  const isNumeric = different.filter(isFold).every((name) => Number.isFinite(Number(name)));
  const sorted = different.toSorted((a, b) =>
    isNumeric ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0,
  );
  const position = new Map(sorted.map((name, index) => [name, index]));
  const places = spelt.map((name) => position.get(name)!);
  return {
    codes: codes.map((code) => places[code]!),
    names: sorted,
    isFold: Uint8Array.from(sorted, (name) => (isFold(name) ? 1 : 0)),
  };
}

function isFold(name: string): boolean {
  return !noFold.has(name.toLowerCase()) && !(Number(name) < 0);
}

/** The rows of each fold that has any, in the folds' order: their numbers, one fold after the other. */
export interface FoldRows {
  rows: Int32Array;
  /** Of each fold its name, and where its rows begin and end in `rows`. */
  folds: { name: string; start: number; end: number }[];
}

export function groupByFold({ codes, names }: Labels): FoldRows {
  const ends = new Int32Array(names.length + 1);
  for (let row = 0; row < codes.length; row += 1) ends[codes[row]! + 1]! += 1;
  for (let fold = 0; fold < names.length; fold += 1) ends[fold + 1]! += ends[fold]!;
  const next = ends.slice();
  const rows = new Int32Array(codes.length);
  for (let row = 0; row < codes.length; row += 1) rows[next[codes[row]!]!++] = row;
  const folds = names
    .map((name, fold) => ({ name, start: ends[fold]!, end: ends[fold + 1]! }))
    .filter(({ start, end }) => end > start);
  return { rows, folds };
}

/**
 * How many folds hold exactly the rows of an earlier one. `starts` gives the place of the first fold of each row of the
 * data.
 */
export function countTwins({ codes, names }: Labels, starts: Int32Array): number {
  const sums = names.map((): [number, number, number] => [0, 0, 0]);
  for (let row = 0; row < starts.length - 1; row += 1) {
    const [one, other] = [mix(row, 0x9e3779b1), mix(row, 0x85ebca77)];
    for (let place = starts[row]!; place < starts[row + 1]!; place += 1) {
      const sum = sums[codes[place]!]!;
      sum[0] += 1;
      sum[1] = (sum[1] + one) >>> 0;
      sum[2] = (sum[2] + other) >>> 0;
    }
  }
  const kept = sums.filter(([count]) => count > 0).map((sum) => sum.join(" "));
  return kept.length - new Set(kept).size;
}

/** A number between 0 and 2^32 that looks like chance, the same for the same row. */
function mix(row: number, seed: number): number {
  let state = Math.imul(row ^ seed, 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

/**
 * Names of groups whose rows are in more folds than there are repeats: the first few, and how many there are. Of a single
 * fold those that have rows beside it, which a model was trained on: `labelled` says which rows could be.
 */
export function straddlingGroups(
  folds: Labels,
  groups: Labels,
  { starts, times, labelled }: { starts: Int32Array; times: number; labelled: Uint8Array },
): { count: number; names: string[] } {
  const isSingle = new Set(folds.codes).size === 1;
  const beside = folds.names.length;
  const seen = new Set<number>();
  const perGroup = new Int32Array(groups.names.length);
  const note = (group: number, fold: number): void => {
    const pair = group * (beside + 1) + fold;
    if (seen.has(pair)) return;
    seen.add(pair);
    perGroup[group]! += 1;
  };
  for (let row = 0; row < starts.length - 1; row += 1) {
    const group = groups.codes[row]!;
    if (isSingle && starts[row] === starts[row + 1] && labelled[row] === 1) note(group, beside);
    for (let place = starts[row]!; place < starts[row + 1]!; place += 1)
      note(group, folds.codes[place]!);
  }
  const straddling = groups.names.filter((name, group) => name !== "" && perGroup[group]! > times);
  return { count: straddling.length, names: straddling.slice(0, 3) };
}
