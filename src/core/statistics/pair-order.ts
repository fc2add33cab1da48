/**
 * Of all pairs of points, how many are in the same order by both numbers and how many in the other; a pair that is equal
 * in one of them is neither. Takes n log n steps.
 */
export function countPairs(points: readonly (readonly [number, number])[]): {
  same: number;
  other: number;
} {
  const heights = [...new Set(points.map(([, y]) => y))].toSorted((a, b) => a - b);
  const rankOf = new Map(heights.map((y, rank) => [y, rank + 1]));
  const seen = new Tally(heights.length);
  let [same, other] = [0, 0];
  for (const group of byFirst(points)) {
    const ranks = group.map(([, y]) => rankOf.get(y)!);
    for (const rank of ranks) {
      same += seen.upTo(rank - 1);
      other += seen.all - seen.upTo(rank);
    }
    // Points of one first number are no pair of one another.
    for (const rank of ranks) seen.add(rank);
  }
  return { same, other };
}

type Point = readonly [number, number];

/** Points of the same first number together, in its order. */
function byFirst(points: readonly Point[]): Point[][] {
  const groups = new Map<number, Point[]>();
  for (const point of points.toSorted(([a], [b]) => a - b)) {
    const group = groups.get(point[0]);
    if (group === undefined) groups.set(point[0], [point]);
    else group.push(point);
  }
  return [...groups.values()];
}

/** How often each rank was seen, so kept that a sum over the first ranks takes few steps (a Fenwick tree). */
class Tally {
  readonly #sums: number[];
  all = 0;

  constructor(ranks: number) {
    this.#sums = Array.from({ length: ranks + 1 }, () => 0);
  }

  add(rank: number): void {
    this.all += 1;
    for (let at = rank; at < this.#sums.length; at += at & -at) this.#sums[at]! += 1;
  }

  upTo(rank: number): number {
    let sum = 0;
    for (let at = rank; at > 0; at -= at & -at) sum += this.#sums[at]!;
    return sum;
  }
}
