import { expect, test } from "vitest";
import { summariseConfig } from "../experiment/config-summary.ts";
import { judgeFolds } from "../statistics/fold-verdict.ts";
import { formatDelta, formatRange, formatScore, sameDecimals } from "./score.ts";
import { twoSidedP } from "../statistics/student-t.ts";
import { meaningfulWords } from "../text/words.ts";

test.each([
  [0.875, "0.8750"],
  [0.8042, "0.8042"],
  [0.804216, "0.80422"],
  [1, "1.0000"],
  [-0.25, "-0.2500"],
  [12345.678, "12345.68"],
  [12345, "12345.0"],
  [35.25, "35.250"],
  [0.000123456, "0.0001235"],
  [0, "0.0000"],
])("%d is shown as %s", (score, shown) => {
  expect(formatScore(score)).toBe(shown);
});

test.each([
  [[0.1124, 0.11247, null], "0.11240 0.11247"],
  [[0.8765, 0.875], "0.8765 0.8750"],
  [[12345.678, 12345], "12345.68 12345.00"],
  [[0.0001235, 0.25], "0.0001235 0.2500"],
  [[9.87654, 10.25], "9.87654 10.25000"],
  [[null], ""],
])("%j beside each other", (scores, shown) => {
  const show = sameDecimals(scores);
  expect(scores.flatMap((score) => (score === null ? [] : show(score))).join(" ")).toBe(shown);
});

test("ranges are short, differences have a sign", () => {
  expect(formatRange([0.806, 0.801, 0.808])).toBe("0.801-0.808");
  expect(formatRange([-0.2, 0.1])).toBe("-0.200 to 0.100");
  expect(formatRange([0.8, 0.8123])).toBe("0.8000-0.8123");
  expect(formatRange([1406.1, 253.157])).toBe("253.157-1406.100");
  expect(formatDelta(0.021)).toBe("+0.02100");
  expect(formatDelta(-0.5)).toBe("-0.50000");
  expect(formatDelta(0.00075)).toBe("+0.00075");
  expect(formatDelta(-0.0000012)).toBe("-1.2e-6");
  expect(formatDelta(0)).toBe("±0.00000");
});

// Computed with scipy.stats.t of SciPy 1.17.1.
test.each([
  [0.5, 4, 0.6433299631818633],
  [2.776, 4, 0.05002277831997642],
  [10, 4, 0.000562003622715991],
  [1, 1, 0.5],
  [3, 9, 0.014956363910414222],
])("two-sided p of t = %d with %d degrees of freedom", (t, df, p) => {
  expect(twoSidedP(t, df)).toBeCloseTo(p, 10);
});

const side = (folds: number[], changes: object = {}) => ({
  folds,
  metric: "accuracy",
  direction: "maximize" as const,
  validation: { folds_sha256: "f0" },
  target: ["y"],
  rows: { scored: 100, of: 100 },
  ...changes,
});
const base = [0.8, 0.81, 0.79, 0.8, 0.8];
const plus = (deltas: number[]) => base.map((score, fold) => score + deltas[fold]!);

test("the verdict is that of the corrected t-test", () => {
  const better = judgeFolds(side(base), side(plus([0.02, 0.02, 0.02, 0.02, 0.025])));
  expect(better).toMatchObject({ verdict: "better" });
  expect(better.p).toBeCloseTo(0.00015101140222180057, 8);
  const noise = judgeFolds(side(base), side(plus([0.02, -0.01, 0.03, 0, 0.005])));
  expect(noise).toMatchObject({ verdict: "within-noise" });
  expect(noise.p).toBeCloseTo(0.4480998731654428, 8);
});

test("of several repeats the share of test rows is that of one", () => {
  const twice = [...base, ...base];
  const deltas = [0.02, -0.01, 0.03, 0, 0.005, 0.02, 0.01, 0.03, 0.02, 0.015];
  const other = twice.map((score, fold) => score + deltas[fold]!);
  const repeats = { validation: { n_splits: 5, n_repeats: 2, folds_sha256: "f0" } };
  const repeated = judgeFolds(side(twice, repeats), side(other, repeats));
  expect(repeated).toMatchObject({ verdict: "within-noise" });
  expect(repeated.p).toBeCloseTo(0.09904201542304843, 8);
  expect(judgeFolds(side(twice), side(other)).p).toBeCloseTo(0.04203944260879624, 8);
});

test("lower is better where the metric says so; no difference is no verdict of better", () => {
  const down = { direction: "minimize" as const };
  const lower = side(plus([-0.02, -0.02, -0.02, -0.02, -0.025]), down);
  expect(judgeFolds(side(base, down), lower).verdict).toBe("better");
  expect(judgeFolds(lower, side(base, down)).verdict).toBe("worse");
  expect(judgeFolds(side(base), side(base))).toMatchObject({ verdict: "within-noise", p: 1 });
});

test.each([
  ["other folds", { validation: { folds_sha256: "f1" } }, "the folds differ"],
  ["folds that Crossfold computed otherwise", { folds_sha256: "f1" }, "the folds differ"],
  ["folds not told", { validation: {} }, "folds of one are not known"],
  ["no folds in the OOF file", { folds_sha256: null }, "folds of one are not known"],
  ["another metric", { metric: "rmse" }, "different metrics"],
  ["a metric whose source changed", { metric_sha256: "5ec" }, "not computed by the same source"],
  ["another target", { target: ["z"] }, "different targets: y and z"],
  ["other rows", { rows: { scored: 90, of: 90 } }, "100 of 100 rows were scored of one"],
])("no verdict with %s", (_, changes, why) => {
  const result = judgeFolds(side(base), side(base, changes));
  expect(result).toMatchObject({ verdict: "none", p: null });
  expect(result.summary).toContain(why);
});

test("the folds that count are those that Crossfold computed, whatever the script said", () => {
  const told = side(base, { folds_sha256: "f0", validation: { folds_sha256: "another" } });
  expect(judgeFolds(side(base, { folds_sha256: "f0" }), told).verdict).toBe("within-noise");
});

test("settings in a note: what differs from the parent, else the first three", () => {
  const config = { lr: 0.05, model: { depth: 8, leaves: 31 }, name: "lgbm", seed: 1 };
  expect(summariseConfig(config, undefined)).toBe("lr=0.05, model.depth=8, model.leaves=31");
  expect(summariseConfig(config, { ...config, lr: 0.1, old: true })).toBe("lr=0.05, no old");
  expect(summariseConfig(config, config)).toBe("");
  expect(summariseConfig({ note: "x".repeat(500) }, undefined).length).toBeLessThan(60);
});

test("words that carry meaning, in any script", () => {
  expect(meaningfulWords("Training on the log of the targets")).toEqual(["train", "log", "target"]);
  expect(meaningfulWords("目的変数を対数変換する")).toContain("変換");
});
