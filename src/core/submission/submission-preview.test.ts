import { expect, test } from "vitest";
import { accuracy as metric, cvLine, lbLine } from "../../../test/support/score-lines.ts";
import type { CvEntry } from "../score/ledger.ts";
import { type Allowance, bestSubmitted, previewSubmission } from "./submission-preview.ts";

const now = new Date("2026-11-23T12:00:00Z");
const plenty = { left: 4, today: 1, deadline: null };

function cvOf(run: string, folds: number[], changes: Partial<CvEntry> = {}): CvEntry {
  const score = folds.reduce((sum, fold) => sum + fold, 0) / folds.length;
  const cv_is = "fold_mean" as const;
  return cvLine({ run, score, folds, cv_is, validation: { folds_sha256: "f0" }, ...changes });
}

const lb = lbLine();
const first = cvOf("r1", [0.7, 0.72, 0.69, 0.71, 0.7]);
const best = { experiment: "exp001", cv: first };

function preview(
  experiment: string,
  cv: CvEntry | undefined,
  before: typeof best | null,
  allowance: Allowance = plenty,
) {
  return previewSubmission(experiment, cv, before, { allowance, metric, now });
}

test("the best submitted is the best CV at the time, of those with a public score", () => {
  const ledgers = [
    { experiment: "exp001", entries: [first, lb, cvOf("r9", [0.9, 0.9])] },
    { experiment: "exp002", entries: [cvOf("r2", [0.8, 0.8])] },
    { experiment: "exp003", entries: [cvOf("r3", [0.6, 0.6]), lb] },
    { experiment: "exp004", entries: [cvOf("r4", [0.95], { metric: "f1_macro" }), lb] },
  ];
  expect(bestSubmitted(ledgers, metric)).toMatchObject({
    experiment: "exp001",
    cv: { run: "r1" },
  });
});

test.each([
  ["better", [0.8, 0.82, 0.79, 0.81, 0.8], {}, 0],
  ["worse", [0.6, 0.62, 0.59, 0.61, 0.6], {}, 1],
  ["within-noise", [0.71, 0.71, 0.7, 0.7, 0.71], {}, 1],
  ["better", [0.8, 0.82, 0.79, 0.81, 0.8], { validation: {} }, 0],
  ["within-noise", [0.71, 0.71, 0.7, 0.7, 0.71], { validation: {} }, 1],
  ["worse", [0.6, 0.62, 0.59, 0.61, 0.6], { validation: {} }, 1],
  ["none", [0.8], { validation: {} }, 0],
  ["better", [0.6, 0.62, 0.59, 0.61, 0.6], { direction: "minimize" }, 0],
] as const)("%s: %j %j", (verdict, folds, changes, doubts) => {
  const cv = cvOf("r2", [...folds], changes);
  const against = { ...best, cv: { ...first, direction: cv.direction } };
  const shown = preview("exp002", cv, against);
  expect(shown.verdict).toBe(verdict);
  expect(shown.doubts).toHaveLength(doubts);
});

test("the run that was submitted already is no gain", () => {
  expect(preview("exp001", first, best).verdict).toBe("within-noise");
});

test("nothing submitted before, and no CV, are said", () => {
  const summary = (cv: CvEntry | undefined, before: typeof best | null) =>
    preview("exp001", cv, before).lines[0];
  expect(summary(first, null)).toBe("CV 0.7040; nothing was submitted before");
  expect(summary(undefined, best)).toBe("exp001 has no recorded CV");
});

test.each([
  [1, 1, "1 submission left today, 1 made"],
  [4, 0, "4 submissions left today, 1 made"],
] as const)("%i left: %i doubts", (left, doubts, line) => {
  const shown = preview("exp001", first, null, { ...plenty, left });
  expect(shown.doubts).toHaveLength(doubts);
  expect(shown.lines).toContain(line);
});

test.each([
  ["2026-11-22T00:00:00Z", "the competition ended on 2026-11-22 00:00 UTC"],
  ["2026-11-23T23:59:00Z", "the competition ends in 12 hours"],
  ["2026-12-23T23:59:00Z", "the competition ends on 2026-12-23 23:59 UTC"],
])("deadline %s", (deadline, summary) => {
  const { lines } = preview("exp001", first, null, { ...plenty, deadline });
  expect(lines.at(-1)).toContain(summary);
});
