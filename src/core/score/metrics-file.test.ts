import { expect, test } from "vitest";
import { parseMetrics } from "./metrics-file.ts";

const expected = { nSplits: 5, metric: "accuracy", direction: "maximize" } as const;
const good = {
  cv_score: 0.8042,
  fold_scores: [0.801, 0.806, 0.803, 0.808, 0.803],
  metric: "accuracy",
  direction: "maximize",
};
const parse = (text: string | undefined) => parseMetrics(text, "metrics.json", expected);
const text = (changes: object) => JSON.stringify({ ...good, ...changes });

test("takes a good file, keeps what it does not know, and finds what cv_score is", () => {
  expect(parse(text({ cv_is: "oof", extra: 1 }))).toMatchObject({ cv_is: "oof", extra: 1 });
  expect(parse(text({})).cv_is).toBe("fold_mean");
  expect(parse(text({ cv_score: 0.8 })).cv_is).toBe("oof");
  expect(
    parse(text({ oof: { file: "oof.csv", target: "t", prediction: ["p"] } })).oof,
  ).toMatchObject({
    target: ["t"],
    prediction: ["p"],
  });
});

test("NaN among the settings is no reason to refuse", () => {
  const written = text({ config: { missing: 0 } }).replace('"missing":0', '"missing": NaN');
  expect(parse(written).config).toEqual({ missing: "NaN" });
});

test("an experiment may choose its own number of folds if it says so", () => {
  expect(
    parse(text({ fold_scores: [0.8, 0.8], validation: { n_splits: 2 } })).fold_scores,
  ).toHaveLength(2);
  // One that says nothing of them has those of its OOF file.
  expect(parse(text({ fold_scores: [0.8, 0.8] })).fold_scores).toHaveLength(2);
});

const repeated = (validation: object) =>
  parseMetrics(text({ fold_scores: Array(10).fill(0.8), validation }), "metrics.json", {
    ...expected,
    nRepeats: 2,
  }).fold_scores;

test("the folds are those of all repeats, which metrics.json or project.yml names", () => {
  expect(repeated({})).toHaveLength(10);
  expect(repeated({ strategy: "RepeatedKFold" })).toHaveLength(10);
  expect(repeated({ n_splits: 2, n_repeats: 5 })).toHaveLength(10);
  expect(() => repeated({ n_repeats: 3 })).toThrow("there are 10 fold scores, but 3 x 5 folds");
  expect(() => repeated({ strategy: "KFold", n_splits: 5 })).toThrow(
    "there are 10 fold scores, but 5 folds",
  );
});

const refusals: Record<string, [string | undefined, string]> = {
  absent: [undefined, "the run wrote no metrics.json"],
  empty: ["", "metrics.json is empty"],
  truncated: [text({}).slice(0, 40), "metrics.json is cut short after 40 characters"],
  "not JSON": ["{a: 1}", "metrics.json is not valid JSON"],
  "nested too deeply to be kept": [
    text({ config: {} }).replace("{}", `{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`),
    "metrics.json is not valid JSON",
  ],
  "not a JSON object": ["null", "metrics.json is null"],
  "a NaN score": [text({}).replace("0.8042", "NaN"), "cv_score is NaN"],
  "an infinite score": [text({}).replace("0.8042", "-Infinity"), "cv_score is -Infinity"],
  "a score too large for a number": [text({}).replace("0.8042", "1e999"), "cv_score is Infinity"],
  "a NaN fold": [text({}).replace("0.806", "NaN"), "fold_scores[1] is NaN"],
  "a null fold": [text({ fold_scores: [1, null, 1, 1, 1] }), "fold_scores[1] is null"],
  "a string score": [text({ cv_score: "0.8042" }), 'cv_score is "0.8042", not a number'],
  "no score": [text({ cv_score: undefined }), "cv_score is missing"],
  "no folds": [text({ fold_scores: [] }), "fold_scores is empty"],
  "four folds of its own five": [
    text({ fold_scores: [1, 1, 1, 1], validation: { n_splits: 5 } }),
    "there are 4 fold scores, but 5 folds",
  ],
  "one fold that is no declared holdout": [
    text({ fold_scores: [1] }),
    'there are 1 fold scores, but 5 folds; a holdout is declared: "partial": {"kind": "holdout", "rows": ROWS, "of": ROWS_OF_THE_DATA}',
  ],
  "a part without a kind": [
    text({ partial: { kind: " ", rows: 5, of: 9 } }),
    'partial.kind is " "',
  ],
  "a part of half rows": [
    text({ partial: { kind: "sample", rows: 5.5, of: 9 } }),
    "partial.rows is 5.5, not a whole number",
  ],
  "a part without its rows": [
    text({ partial: { kind: "sample", of: 9 } }),
    "partial.rows is missing",
  ],
  "a part larger than the whole": [
    text({ partial: { kind: "sample", rows: 10, of: 9 } }),
    "partial.rows is 10, more than partial.of, 9",
  ],
  "another metric": [text({ metric: "rmse" }), "metric is rmse, but project.yml says accuracy"],
  "the other direction": [
    text({ direction: "minimize" }),
    "direction is minimize, but project.yml says maximize",
  ],
  "a debug run": [text({ debug: true }), "metrics.json is from a debug run"],
  "a score out of the metric's range": [
    text({ cv_score: 80.42, cv_is: "oof" }),
    "cv_score is 80.42, but accuracy is never above 1",
  ],
  "a fold out of the metric's range": [
    text({ fold_scores: [0.8, -0.8, 0.8, 0.8, 0.8], cv_is: "oof" }),
    "fold_scores[1] is -0.8, but accuracy is never below 0",
  ],
  "a mean that is none": [
    text({ cv_is: "fold_mean", cv_score: 0.9 }),
    "cv_score is 0.9, but the mean of the fold scores is",
  ],
};

test.each(Object.entries(refusals))("refuses %s", (_, [given, why]) => {
  expect(() => parse(given)).toThrow(why);
});
