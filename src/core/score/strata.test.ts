import { describe, expect, test } from "vitest";
import { strataOf } from "./strata.ts";

const foldsOf = (codes: number[]) => ({
  codes: Int32Array.from(codes),
  names: ["0", "1", "2", "3", "4"],
});

describe("strata", () => {
  const count = 1000;
  /** A tenth of the rows is of class 1; numbers that look like chance, the same at each run. */
  const classes = Array.from({ length: count }, (_, row) => (row % 10 === 0 ? "1" : "0"));
  const values = Float64Array.from({ length: count }, (_, row) => Math.sin(row) * 100);
  const random = Array.from(
    { length: count },
    (_, row) => Math.floor(Math.abs(Math.sin(row * 78.233) * 43758.5453)) % 5,
  );
  const ranks = [...values.keys()].toSorted((a, b) => values[a]! - values[b]!);
  const byRank = Array.from(values, () => 0);
  for (const [rank, row] of ranks.entries()) byRank[row] = rank % 5;
  const byClass = (() => {
    const seen: Record<string, number> = {};
    return classes.map((one) => (seen[one] = (seen[one] ?? -1) + 1) % 5);
  })();

  test.each<[string, string[] | Float64Array, number[], boolean, string]>([
    ["classes dealt out in turn", classes, byClass, false, "balanced"],
    ["classes in random folds", classes, random, false, "unbalanced"],
    ["values by rank", values, byRank, true, "balanced"],
    ["values in random folds", values, random, true, "unbalanced"],
    [
      "sorted rows in blocks",
      classes.toSorted(),
      Array.from({ length: count }, (_, row) => Math.floor(row / 200)),
      false,
      "unbalanced",
    ],
  ])("%s", (_, target, codes, isRegression, expected) => {
    expect(strataOf([target], foldsOf(codes), isRegression)).toBe(expected);
  });

  test("one class alone tells nothing", () => {
    expect(strataOf([classes.map(() => "1")], foldsOf(random), false)).toBe(null);
  });

  test("as many folds as rows are no matter of the stack", () => {
    const rows = 300_000;
    const codes = Int32Array.from({ length: rows }, (_, row) => row);
    const names = Array.from(codes, String);
    const target = Array.from(codes, (row) => (row % 2 === 0 ? "a" : "b"));
    expect(strataOf([target], { codes, names }, false)).toBe("balanced");
  });
});
