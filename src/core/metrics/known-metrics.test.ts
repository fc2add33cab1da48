import { expect, test } from "vitest";
import { findMetric, metricFamily, metricNames, whyImpossible } from "./known-metrics.ts";

test.each([
  ["accuracy", "classification"],
  ["roc_auc_ovo", "classification"],
  ["f1", "classification"],
  ["f1_weighted", "classification"],
  ["map", "classification"],
  ["mape", "regression"],
  ["rmse", "regression"],
  ["mse", "regression"],
  ["pinball", undefined],
  ["toString", undefined],
])("%s is a metric of %s", (name, family) => {
  expect(metricFamily(name)).toBe(family);
});

test.each([
  ["accuracy", "maximize", 87.5, "accuracy is never above 1"],
  ["rmse", "minimize", -0.1, "rmse is never below 0"],
  ["quadratic_weighted_kappa", "maximize", -1.5, "quadratic_weighted_kappa is never below -1"],
  ["accuracy", "maximize", 1 + 1e-12, undefined],
  ["r2", "maximize", -250, undefined],
  ["logloss", "minimize", 12, undefined],
  // A negated error has a range of its own.
  ["rmse", "maximize", -0.1, undefined],
  ["pinball", "minimize", -3, undefined],
] as const)("%s (%s) of %d", (name, direction, score, why) => {
  expect(whyImpossible(name, direction, score)).toBe(why);
});

test("every range ends where the metric is best", () => {
  for (const name of metricNames) {
    const { direction, range } = findMetric(name)!;
    expect(Number.isFinite(direction === "maximize" ? range[1] : range[0])).toBe(true);
  }
});
