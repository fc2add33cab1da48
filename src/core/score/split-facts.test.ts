import { describe, expect, test } from "vitest";
import type { Project } from "../competition/project.ts";
import {
  splitDifferences,
  type SplitFacts,
  splitText,
  strataOf,
  strategyOf,
} from "./split-facts.ts";

const usual: SplitFacts = {
  folds: 5,
  repeats: 1,
  rows: [20, 20],
  groups: null,
  strata: null,
  time: null,
  left: 0,
};
type Validation = Project["validation"];
const asked = (changes: Partial<Validation>): Validation => ({
  strategy: "KFold",
  n_splits: 5,
  seed: 42,
  ...changes,
});
const byGroup = { strategy: "GroupKFold", group: "school" } as const;
const byTime = { strategy: "TimeSeriesSplit", time: "day" } as const;

describe("what the folds are not", () => {
  test.each<[string, Partial<SplitFacts>, Partial<Validation>, string[]]>([
    ["what was asked for", {}, {}, []],
    ["other folds", { folds: 10 }, {}, ["10 folds, not 5 folds"]],
    ["a plain holdout", { folds: 1, left: 80 }, {}, ["a single holdout fold, not 5 folds"]],
    [
      "one repeat of two",
      {},
      { strategy: "RepeatedKFold", n_repeats: 2 },
      ["5 folds, not 2 x 5 folds"],
    ],
    ["groups in pieces", { groups: "shared" }, byGroup, ["groups of school shared between folds"]],
    ["groups together", { groups: "apart" }, byGroup, []],
    ["groups in pieces that nobody asked for", { groups: "shared" }, { group: "school" }, []],
    ["no strata", { strata: "unbalanced" }, { strategy: "StratifiedKFold" }, ["not stratified"]],
    ["strata that cannot be told", { strata: null }, { strategy: "StratifiedKFold" }, []],
    [
      "no strata where groups go first",
      { strata: "unbalanced", groups: "apart" },
      { strategy: "StratifiedGroupKFold", group: "school" },
      [],
    ],
    ["no order", { time: "mixed" }, byTime, ["not in the order of day"]],
    ["order", { time: "ordered", left: 20 }, byTime, []],
    [
      "blocks that all are validated",
      { time: "ordered" },
      byTime,
      ["the earliest rows validated too, by a model of later ones"],
    ],
    [
      "all of it",
      { folds: 10, groups: "shared", strata: "unbalanced" },
      { ...byGroup },
      ["10 folds, not 5 folds", "groups of school shared between folds"],
    ],
  ])("%s", (_, facts, validation, differences) => {
    expect(splitDifferences({ ...usual, ...facts }, asked(validation))).toEqual(differences);
  });
});

test.each<[Partial<SplitFacts>, string, string]>([
  [{ folds: 10 }, "KFold", "10 folds"],
  [{ folds: 10, strata: "balanced" }, "StratifiedKFold", "10 folds"],
  [
    { strata: "unbalanced", groups: "shared" },
    "KFold",
    "5 folds, not stratified, groups shared between folds",
  ],
  [{ groups: "apart" }, "GroupKFold", "5 folds, groups apart"],
  [{ groups: "apart", strata: "balanced" }, "StratifiedGroupKFold", "5 folds, groups apart"],
  [{ time: "ordered", left: 9 }, "TimeSeriesSplit", "5 folds, in the order of time"],
  [{ time: "mixed" }, "KFold", "5 folds, not in the order of time"],
  [{ folds: 1 }, "Holdout", "a single holdout fold"],
  [{ repeats: 3 }, "RepeatedKFold", "3 x 5 folds"],
])("%o is called %s", (facts, strategy, text) => {
  expect(strategyOf({ ...usual, ...facts }, "StratifiedKFold")).toBe(strategy);
  expect(splitText({ ...usual, ...facts })).toBe(text);
});

test("balanced folds are called stratified only where that was asked for", () => {
  expect(strategyOf({ ...usual, strata: "balanced" }, "KFold")).toBe("KFold");
});

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
