import type { Direction } from "../competition/project.ts";

/**
 * A score as people compare it: four to five decimals below 10, fewer above, four significant digits for very small
 * ones. 0.875 is 0.8750, 0.804216 is 0.80422, 12345.678 is 12345.68.
 */
export function formatScore(score: number): string {
  return formatWithin(score, 4, 5);
}

/**
 * How to show scores that stand beside each other: each with as many decimals as the one that needs most, so that
 * 0.1124 beside 0.11247 is 0.11240. Nulls are scores that are not there.
 */
export function sameDecimals(scores: readonly (number | null)[]): (score: number) => string {
  const decimals = Math.max(
    0,
    ...scores
      .filter((score) => score !== null && !isTiny(score))
      .map((score) => decimalsOf(formatScore(score!))),
  );
  return (score) => (isTiny(score) ? formatScore(score) : score.toFixed(decimals));
}

function decimalsOf(text: string): number {
  return text.split(".")[1]?.length ?? 0;
}

/** A score for a column of scores: as many decimals as its neighbours of the same size, so that points line up. */
export function formatColumnScore(score: number): string {
  return formatWithin(score, 5, 5);
}

/** Lowest and highest of the folds, shorter than a score and with as many decimals: `0.801-0.808`. */
export function formatRange(scores: readonly number[]): string {
  const ends = [Math.min(...scores), Math.max(...scores)];
  const decimals = Math.max(...ends.map((end) => decimalsOf(formatWithin(end, 3, 4))));
  const [from, to] = ends.map((end) => (isTiny(end) ? formatScore(end) : end.toFixed(decimals)));
  return `${from}${ends[0]! < 0 ? " to " : "-"}${to}`;
}

/** A difference with its sign, as many decimals as its neighbours: `+0.00400`. */
export function formatDelta(delta: number): string {
  const size = Math.abs(delta);
  const shown = size !== 0 && size < 0.00001 ? size.toExponential(1) : formatWithin(size, 5, 5, 0);
  return `${delta > 0 ? "+" : delta < 0 ? "-" : "±"}${shown}`;
}

/** Whether decimals would say too little of it: four significant digits then. */
function isTiny(score: number, tiny = 0.001): boolean {
  return score !== 0 && Math.abs(score) < tiny;
}

function formatWithin(score: number, least: number, most: number, tiny?: number): string {
  const size = Math.abs(score);
  if (isTiny(score, tiny)) return score.toPrecision(4);
  const fewer = size >= 1000 ? 3 : size >= 10 ? 1 : 0;
  const [whole = "", decimals = ""] = score.toFixed(most - fewer).split(".");
  const kept = decimals.replace(/0+$/, "").padEnd(least - fewer, "0");
  return kept === "" ? whole : `${whole}.${kept}`;
}

/** Whether `a` is better than `b`. */
export function isBetter(a: number, b: number, direction: Direction): boolean {
  return direction === "maximize" ? a > b : a < b;
}

/** How much better `a` is than `b`: positive is better, whatever the direction. */
export function gain(a: number, b: number, direction: Direction): number {
  return direction === "maximize" ? a - b : b - a;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation (n - 1); 0 for a single value. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/**
 * Equal for scores: within one part in ten thousand, which is what predictions rounded or in 32 bits may cost, or one the
 * other rounded to four decimals.
 */
export function sameScore(a: number, b: number): boolean {
  const size = Math.max(Math.abs(a), Math.abs(b));
  if (Math.abs(a - b) <= 1e-4 * Math.max(size, 1e-2)) return true;
  return size >= leastRounded && (isRounded(a, b) || isRounded(b, a));
}

/** Of smaller scores four decimals leave too little. */
const leastRounded = 0.05;

function isRounded(score: number, exact: number): boolean {
  return score === Number(exact.toFixed(4));
}
