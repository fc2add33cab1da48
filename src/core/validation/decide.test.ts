import { describe, expect, test } from "vitest";
import { decideSplit } from "./decide.ts";
import type { ColumnFacts, OverlapFacts, SplitFacts, SplitRequest, TargetFacts } from "./facts.ts";

const request: SplitRequest = {
  group: null,
  time: null,
  metric: "accuracy",
  codeCompetition: false,
  n_splits: 5,
  n_repeats: null,
  seed: 42,
  gap: null,
};

const side = { missing: 0, distinct: 50, min: 0, max: 100 };

function column(name: string, changes: Partial<ColumnFacts> = {}): ColumnFacts {
  const plain = { kind: "whole" as const, formats: [], inTest: true, train: side, test: side };
  return { ...plain, name, after: 0.01, overlap: null, sizes: null, drift: null, ...changes };
}

/** Values that never meet: 50 in train, 20 in test, 20 rows each. */
function overlap(changes: Partial<OverlapFacts> = {}): OverlapFacts {
  const counts = { trainValues: 50, testValues: 20, shared: 0, expectedShared: 20 };
  return { ...counts, log10Chance: -80, smallest: 5, median: 20, largest: 40, ...changes };
}

const apart = (
  name: string,
  changes: Partial<OverlapFacts> = {},
  rest: Partial<ColumnFacts> = {},
) => column(name, { overlap: overlap(changes), ...rest });

const later = (name: string, after = 1, rest: Partial<ColumnFacts> = {}) =>
  column(name, { kind: "date", after, test: { ...side, min: 101, max: 200 }, ...rest });

function target(values: Record<string, number>, changes: Partial<TargetFacts> = {}): TargetFacts {
  const classes = Object.entries(values)
    .map(([value, rows]) => ({ value, rows }))
    .toSorted((a, b) => b.rows - a.rows);
  const range = { min: 0, max: classes.length - 1, mean: 0.5 };
  const name = "y";
  return {
    name,
    kind: "whole",
    missing: 0,
    distinct: classes.length,
    classes,
    ...range,
    ...changes,
  };
}

const binary = target({ 0: 600, 1: 400 });
const number = target({}, { kind: "fraction", distinct: 900, classes: null });

function facts(changes: Partial<SplitFacts> = {}): SplitFacts {
  const duplicates = { columns: 3, train: 0, test: 0 };
  const rows = { train: 1000, test: 400 };
  const rest = { oneHot: false, duplicates, crossings: [], columns: [] };
  return { rows, id: null, targets: [binary], ...rest, ...changes };
}

function decide(changes: Partial<SplitFacts>, asked: Partial<SplitRequest> = {}) {
  const decision = decideSplit(facts(changes), { ...request, ...asked });
  return { ...decision, ...decision.validation, words: JSON.stringify(decision) };
}

const labels = ["a", "b", "c"].map((name) => target({ 0: 700, 1: 300 }, { name }));

describe("the flow", () => {
  test.each([
    ["a class", { targets: [binary] }, {}, "StratifiedKFold"],
    ["a number", { targets: [number] }, { metric: "rmse" }, "KFold"],
    ["several labels", { targets: labels }, {}, "MultilabelStratifiedKFold"],
    ["labels of which one is set", { targets: labels, oneHot: true }, {}, "StratifiedKFold"],
    ["several numbers", { targets: [number, number] }, { metric: "rmse" }, "KFold"],
    ["groups and a class", { columns: [apart("patient")] }, {}, "StratifiedGroupKFold"],
    ["groups and a number", { columns: [apart("patient")], targets: [number] }, {}, "GroupKFold"],
    [
      "groups and labels",
      { columns: [apart("patient")], targets: labels },
      {},
      "StratifiedGroupKFold",
    ],
    ["time", { columns: [later("date")] }, {}, "TimeSeriesSplit"],
    ["time and groups", { columns: [later("date"), apart("patient")] }, {}, "TimeSeriesSplit"],
  ] as const)("%s", (_, changes, asked, strategy) => {
    expect(decide(changes as Partial<SplitFacts>, asked).strategy).toBe(strategy);
  });
});

test.each([
  ["a class", {}, { strategy: "RepeatedStratifiedKFold", n_repeats: 3 }],
  ["a number", { targets: [number] }, { strategy: "RepeatedKFold", n_repeats: 3 }],
  ["groups", { columns: [apart("patient")] }, { strategy: "StratifiedGroupKFold", n_splits: 5 }],
] as const)("repeats are the user's choice, kept where they can be: %s", (_, changes, expected) => {
  const { validation } = decide(changes as Partial<SplitFacts>, { n_repeats: 3 });
  expect(validation).toMatchObject(expected);
  expect("n_repeats" in validation).toBe("n_repeats" in expected);
});

describe("groups", () => {
  test("too few rows to tell: what a random split does once in a thousand times is no evidence", () => {
    expect(decide({ columns: [apart("patient", { log10Chance: -3 })] }).strategy).toBe(
      "StratifiedKFold",
    );
    expect(decide({ columns: [apart("patient", { log10Chance: -6 })] }).group).toBe("patient");
  });

  test("a group with a few values in both files is a close alternative", () => {
    const near = decide({ columns: [apart("patient", { shared: 2 })] });
    expect(near).toMatchObject({ strategy: "StratifiedKFold", confidence: "medium" });
    expect(near.alternatives).toMatchObject([
      { validation: { strategy: "StratifiedGroupKFold", group: "patient" }, close: true },
    ]);
    const usual = decide({ columns: [apart("patient", { shared: 18 })] });
    expect(usual).toMatchObject({ confidence: "high", alternatives: [] });
    expect(usual.words).toContain("18 of the 20 values of patient in test are in train too");
  });

  test("the coarsest of nested columns is the group; the finer one is shown beside it", () => {
    const nested = [apart("visit_id", { trainValues: 300 }), apart("patient_id")];
    const decision = decide({ columns: nested });
    expect(decision).toMatchObject({ group: "patient_id", confidence: "high" });
    expect(decision.alternatives).toMatchObject([{ validation: { group: "visit_id" } }]);
  });

  test("of as many values, the column that is called like a group comes first", () => {
    const tied = decide({ columns: [apart("rooms"), apart("customer_id")] });
    expect(tied).toMatchObject({ group: "customer_id", confidence: "high", alternatives: [] });
    expect(tied.words).toContain("probably the same groups");
  });

  test("a mean of the group is not the group", () => {
    const mean = apart("school_mean", { trainValues: 49 }, { kind: "fraction" });
    expect(decide({ columns: [mean, apart("school")] }).group).toBe("school");
  });

  test("a coarser column without a group's name lowers the confidence", () => {
    const decision = decide({ columns: [apart("colour", { trainValues: 40 }), apart("patient")] });
    expect(decision).toMatchObject({ group: "patient", confidence: "medium" });
    expect(decision.alternatives).toMatchObject([{ validation: { group: "colour" } }]);
  });

  test("fewer groups than folds make fewer folds", () => {
    const few = decide({ columns: [apart("site", { trainValues: 3 })] });
    expect(few).toMatchObject({ n_splits: 3, confidence: "medium" });
  });

  test("the id and the target are none", () => {
    const columns = [apart("row_id"), apart("y")];
    expect(decide({ columns, id: "row_id" }).strategy).toBe("StratifiedKFold");
  });
});

describe("time", () => {
  test.each([
    [1, "TimeSeriesSplit", "high", 0],
    [0.95, "TimeSeriesSplit", "medium", 0],
    [0.7, "StratifiedKFold", "medium", 1],
    [0.3, "StratifiedKFold", "high", 0],
  ])("%d of test later than train: %s, %s", (after, strategy, confidence, close) => {
    const decision = decide({ columns: [later("date", after)] });
    expect(decision).toMatchObject({ strategy, confidence });
    expect(decision.alternatives.length).toBe(close);
  });

  test("groups that come and go with time are explained by it", () => {
    const columns = [later("date"), apart("game_id")];
    const crossing = { group: "game_id", time: "date", groups: 50, straddling: 1 };
    expect(decide({ columns, crossings: [crossing] })).toMatchObject({
      confidence: "high",
      alternatives: [],
    });
    const across = decide({ columns, crossings: [{ ...crossing, straddling: 30 }] });
    expect(across).toMatchObject({ strategy: "TimeSeriesSplit", confidence: "medium" });
    expect(across.alternatives).toMatchObject([{ validation: { group: "game_id" } }]);
  });

  test("a number that is higher in test may be a time: both assessments are shown", () => {
    const step = later("step", 1, { kind: "whole" });
    const decision = decide({ columns: [step] });
    expect(decision).toMatchObject({ strategy: "StratifiedKFold", confidence: "medium" });
    expect(decision.alternatives).toMatchObject([{ validation: { time: "step" } }]);
    expect(decision.ask).toEqual([expect.stringContaining("Is step a time")]);
  });

  test("row numbers that go on in test are no time", () => {
    const rows = later("row", 1, { kind: "whole", train: { ...side, distinct: 990 } });
    expect(decide({ columns: [rows] })).toMatchObject({ confidence: "high", alternatives: [] });
  });

  test("dates come before years, and the finest first", () => {
    const years = later("year", 1, { kind: "whole", train: { ...side, distinct: 8 } });
    expect(decide({ columns: [years, later("date")] }).time).toBe("date");
  });

  test("fewer moments than folds make fewer folds", () => {
    const years = later("year", 1, { train: { ...side, distinct: 4 } });
    expect(decide({ columns: [years] })).toMatchObject({ n_splits: 3, confidence: "medium" });
  });

  test("the gap of project.yml stays", () => {
    expect(decide({ columns: [later("date")] }, { gap: 7 }).validation).toMatchObject({ gap: 7 });
  });
});

describe("the target", () => {
  test.each([
    ["as many rows as folds", { a: 900, b: 5 }, 5, "high"],
    ["fewer rows than folds", { a: 900, b: 4 }, 4, "high"],
    ["three rows", { a: 900, b: 3 }, 3, "high"],
    ["too rare for any fold", { a: 900, b: 2 }, 5, "high"],
  ])("a smallest class of %s", (_, values, n_splits, confidence) => {
    expect(decide({ targets: [target(values, { kind: "text" })] })).toMatchObject({
      n_splits,
      confidence,
    });
  });

  const stars = target({ 1: 100, 2: 200, 3: 300, 4: 250, 5: 150 });

  test.each([
    ["accuracy", "StratifiedKFold", "high", []],
    ["quadratic_weighted_kappa", "StratifiedKFold", "high", []],
    ["rmse", "KFold", "medium", ["StratifiedKFold"]],
    ["pinball", "StratifiedKFold", "medium", ["KFold"]],
  ])("one to five stars by %s", (metric, strategy, confidence, others) => {
    const decision = decide({ targets: [stars] }, { metric });
    expect(decision).toMatchObject({ strategy, confidence });
    expect(decision.alternatives.map(({ validation }) => validation.strategy)).toEqual(others);
  });

  test("text that differs in every row is no class", () => {
    const text = target({}, { kind: "text", distinct: 990, classes: null });
    expect(decide({ targets: [text] })).toMatchObject({ strategy: "KFold", confidence: "medium" });
  });
});

describe("the task, in words", () => {
  test.each([
    ["regression", [number], "rmse"],
    ["binary classification", [binary], "accuracy"],
    ["multiclass classification", [target({ a: 400, b: 300, c: 300 })], "logloss"],
    ["multilabel classification", labels, "roc_auc"],
    ["regression", [number, number], "rmse"],
    ["the task is unclear", [number, binary], "pinball"],
  ])("%s", (task, targets, metric) => {
    const { summary } = decide({ targets }, { metric });
    expect(summary).toBe(`train and test look like a random split; ${task}`);
  });
});

describe("what cannot be seen", () => {
  const columns = [column("patient_id", { sizes: overlap() }), column("sold on", { kind: "date" })];

  test("no test file: low confidence, with what to ask and what the answers would mean", () => {
    const decision = decide({ rows: { train: 1000, test: null }, columns });
    expect(decision).toMatchObject({ strategy: "StratifiedKFold", confidence: "low" });
    expect(decision.unseen).toHaveLength(1);
    expect(decision.ask.join("\n")).toContain("crossfold split --group patient_id");
    expect(decision.ask.join("\n")).toContain("crossfold split --time 'sold on'");
    expect(decision.alternatives).toMatchObject([{ validation: { group: "patient_id" } }]);
  });

  test("a code competition's sample of a test says nothing about the hidden one", () => {
    const sample = { rows: { train: 1000, test: 3 }, columns: [apart("patient"), later("date")] };
    expect(decide(sample, { codeCompetition: true })).toMatchObject({
      strategy: "StratifiedKFold",
      confidence: "low",
      unseen: [expect.stringContaining("hidden test")],
    });
    const whole = { ...sample, rows: { train: 1000, test: 400 }, columns: [apart("patient")] };
    expect(decide(whole, { codeCompetition: true })).toMatchObject({
      group: "patient",
      confidence: "medium",
    });
  });
});

describe("what a person says", () => {
  test("--group is taken, with a doubt where the data does not support it", () => {
    const columns = [apart("city", { shared: 20 }), apart("patient")];
    const decision = decide({ columns }, { group: "city" });
    expect(decision).toMatchObject({ group: "city", confidence: "medium" });
    expect(decision.alternatives).toMatchObject([{ validation: { group: "patient" } }]);
    expect(decide({ columns }, { group: "patient" })).toMatchObject({
      confidence: "high",
      alternatives: [],
    });
  });

  test("--time is taken, and said where test is not later", () => {
    const decision = decide({ columns: [later("date", 0.2)] }, { time: "date" });
    expect(decision).toMatchObject({ strategy: "TimeSeriesSplit", confidence: "medium" });
    expect(decision.alternatives).toMatchObject([{ validation: { strategy: "StratifiedKFold" } }]);
  });
});

const drift = (distance: number) =>
  column("region", { kind: "text", drift: { distance, noise: 0.03 } });

describe("distributions and duplicates", () => {
  test.each([
    [0.05, "high", "none of 1 column"],
    [0.15, "high", "region (0.15)"],
    [0.4, "medium", "region (0.40)"],
  ])("a distance of %d: %s", (distance, confidence, words) => {
    const decision = decide({ columns: [drift(distance)] });
    expect(decision.confidence).toBe(confidence);
    expect(decision.words).toContain(words);
  });

  test("what time explains is no doubt", () => {
    expect(decide({ columns: [drift(0.9), later("date")] }).confidence).toBe("high");
  });

  test("rows that come twice are said", () => {
    const { words } = decide({ duplicates: { columns: 3, train: 50, test: 8 } });
    expect(words).toContain("8 rows of test (2%) are in train too");
    expect(words).toContain("50 rows of train (5%) repeat another");
  });
});
