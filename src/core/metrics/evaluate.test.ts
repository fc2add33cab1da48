import { expect, test } from "vitest";
import { evaluate } from "./evaluate.ts";

// Every expected number was computed with scikit-learn 1.9.1.

const texts = (values: readonly (string | number | boolean)[]) => values.map(String);
const one = (
  metric: string,
  actual: readonly (string | number | boolean)[],
  predicted: readonly (string | number | boolean)[],
) =>
  evaluate(metric, {
    actual: [texts(actual)],
    predicted: [{ name: "pred", values: texts(predicted) }],
  });
const columns = (metric: string, actual: readonly number[], names: string[], rows: number[][]) =>
  evaluate(metric, {
    actual: [texts(actual)],
    predicted: names.map((name, index) => ({
      name,
      values: rows.map((row) => String(row[index])),
    })),
  });

const letters = ["a", "b", "c", "a", "b", "c", "a", "a", "b", "c"];
const guessed = ["a", "b", "a", "a", "c", "c", "b", "a", "b", "b"];
const yes = [0, 1, 1, 0, 1, 0, 1, 0];
const scores = [0.1, 0.9, 0.5, 0.5, 0.5, 0.2, 0.8, 0.5];

test.each([
  ["accuracy", letters, guessed, 0.6],
  ["f1_macro", letters, guessed, 0.5738095238095239],
  ["f1_macro", ["a", "b", "a", "b"], ["a", "c", "a", "b"], 0.5555555555555555],
  [
    "quadratic_weighted_kappa",
    [0, 1, 2, 3, 4, 2, 3, 1, 0, 4],
    [0, 1, 1, 3, 4, 3, 2, 2, 1, 4],
    0.8648648648648649,
  ],
  ["quadratic_weighted_kappa", [1, 10, 2, 10, 1], [1, 2, 2, 10, 10], 0.2857142857142858],
  ["roc_auc", yes, scores, 0.875],
  ["logloss", yes, scores, 0.4286996070229816],
  ["logloss", [0, 1, 1], [0, 1, 0], 12.014551129705717],
  ["rmse", [3, -0.5, 2, 7], [2.5, 0, 2, 8], 0.6123724356957945],
  ["mae", [3, -0.5, 2, 7], [2.5, 0, 2, 8], 0.5],
  ["r2", [3, -0.5, 2, 7], [2.5, 0, 2, 8], 0.9486081370449679],
  ["r2", [1, 1, 1], [1, 1, 1], 1],
  ["r2", [1, 1, 1], [1, 2, 1], 0],
  ["rmsle", [3, 5, 2.5, 7], [2.5, 5, 4, 8], 0.19932416558108],
])("%s agrees with scikit-learn", (metric, actual, predicted, expected) => {
  expect(one(metric, actual, predicted)).toBeCloseTo(expected, 12);
});

const several = [0, 1, 2, 2, 1, 0];
const shares = [
  [0.7, 0.2, 0.1],
  [0.1, 0.6, 0.3],
  [0.2, 0.2, 0.6],
  [0.3, 0.3, 0.4],
  [0.5, 0.3, 0.2],
  [0.4, 0.4, 0.2],
];

test("several classes: one column each, in whatever order their names say", () => {
  const names = ["pred_0", "pred_1", "pred_2"];
  expect(columns("roc_auc", several, names, shares)).toBeCloseTo(0.8958333333333334, 12);
  expect(columns("logloss", several, names, shares)).toBeCloseTo(0.7358134099241601, 12);
  const turned = shares.map(([a, b, c]) => [c!, a!, b!]);
  expect(columns("logloss", several, ["p_2", "p_0", "p_1"], turned)).toBeCloseTo(
    0.7358134099241601,
    12,
  );
});

const multi = (metric: string, actual: number[][], predicted: number[][]) =>
  evaluate(metric, {
    actual: actual.map(texts),
    predicted: predicted.map((values, index) => ({ name: `t${index}`, values: texts(values) })),
  });

test("several targets: the mean over them", () => {
  const [a, b] = [
    [
      [0.5, -1, 7],
      [1, 1, -6],
    ],
    [
      [0, -1, 8],
      [2, 2, -5],
    ],
  ];
  expect(multi("rmse", a, b)).toBeCloseTo(0.8227486121839513, 12);
  expect(multi("r2", a, b)).toBeCloseTo(0.9368005266622779, 12);
  expect(multi("mae", a, b)).toBeCloseTo(0.75, 12);
  const labels = [
    [0, 1, 1, 0],
    [1, 0, 1, 0],
  ];
  const sure = [
    [0.2, 0.6, 0.5, 0.6],
    [0.7, 0.6, 0.9, 0.1],
  ];
  expect(multi("roc_auc", labels, sure)).toBeCloseTo(0.8125, 12);
});

test("labels are the same however they are spelled, and may come as probabilities", () => {
  expect(one("accuracy", ["True", "False", "True"], [1, 0, "false"])).toBeCloseTo(2 / 3);
  expect(one("accuracy", [1, 2, 3], ["1.0", "2.0", "1.0"])).toBeCloseTo(2 / 3);
  expect(one("accuracy", ["no", "yes", "yes"], [0.2, 0.5, 0.4])).toBeCloseTo(2 / 3);
  expect(columns("accuracy", several, ["p0", "p1", "p2"], shares)).toBeCloseTo(5 / 6);
});

test.each([
  ["roc_auc", [1, 1], [0.2, 0.3], "not defined"],
  ["rmse", [1, 2], ["", 2], "pred has values that are not numbers"],
  ["rmse", [1, "x"], [1, 2], "the target has values that are not numbers"],
  ["rmsle", [1, 2], [-3, 2], "not defined"],
  ["pinball", [1], [1], "pinball is not a metric"],
  ["rmse", [], [], "there are no rows"],
])("%s of what it is not made for says why", (metric, actual, predicted, why) => {
  expect(one(metric, actual, predicted)).toMatchObject({
    impossible: expect.stringContaining(why),
  });
});
