import { describe, expect, test } from "vitest";
import type { Project } from "../competition/project.ts";
import { splitDifferences, type FoundSplit, splitText, strategyOf } from "./found-split.ts";

const usual: FoundSplit = {
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
  test.each<[string, Partial<FoundSplit>, Partial<Validation>, string[]]>([
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
    ["groups in pieces where that was not asked", { groups: "shared" }, { group: "school" }, []],
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

test.each<[Partial<FoundSplit>, string, string]>([
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
