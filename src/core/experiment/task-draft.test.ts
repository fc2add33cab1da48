import { expect, test } from "vitest";
import { draftExperimentTask, hypothesisOf } from "./task-draft.ts";

test.each([
  ["Hypothesis: a / Changes from base: b / Expected outcome: c", "a"],
  ["Hypothesis: a / Expected outcome: c", "a"],
  ["Hypothesis: ratio of x / y helps / Changes from base: b", "ratio of x / y helps"],
  ["Hypothesis: a\nChanges from base: b\nExpected outcome: c", "a"],
  ["Why we do this.\n\nHypothesis:  対数で学習する\r\nChanges from base: b", "対数で学習する"],
  ["Hypothesis: / Changes from base: b", null],
  ["Hypothesis:\nChanges from base: b", null],
  ["Changes from base: b", null],
])("of %j the hypothesis is %j", (description, hypothesis) => {
  expect(hypothesisOf(description)).toBe(hypothesis);
});

test("what a task is drafted with is read back", () => {
  const { description } = draftExperimentTask({ name: "exp002", hypothesis: "log / sqrt target" });
  expect(hypothesisOf(description)).toBe("log / sqrt target");
});
