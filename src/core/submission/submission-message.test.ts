import { expect, test } from "vitest";
import {
  contentMark,
  defaultMessage,
  describeSubmission,
  markedAttempt,
  namedExperiments,
} from "./submission-message.ts";

const sha = "3f2a9c81d0b4ffff";

test.each([
  [1, "#cf-3f2a9c81d0b4"],
  [2, "#cf-3f2a9c81d0b4-2"],
])("attempt %i is marked and read back", (attempt, mark) => {
  expect(contentMark(sha, attempt)).toBe(mark);
  expect(markedAttempt(`exp002: CV 0.8042 ${mark}`, sha)).toBe(attempt);
});

test.each(["no mark", "#cf-3f2a9c81d0b5", "#cf-3f2a9c81d0b4-x", "#cf-3f2a9c81d0b4a"])(
  "%s is not this content's",
  (description) => expect(markedAttempt(description, sha)).toBeUndefined(),
);

test("the message names the experiment once", () => {
  expect(describeSubmission("exp002", "blend", "#m")).toBe("exp002: blend #m");
  expect(describeSubmission("exp002", "exp002 with more folds", "#m")).toBe(
    "exp002 with more folds #m",
  );
  expect(describeSubmission("exp002", defaultMessage("exp002", undefined), "#m")).toBe(
    "exp002: no CV #m",
  );
});

test.each([
  ["exp002: CV 0.8042 (20261123-011530-exp002-k3f9)", ["exp002"]],
  ["submission_exp002.csv", ["exp002"]],
  ["exp002_lgbm_v3.csv", ["exp002_lgbm"]],
  ["EXP002 again", ["exp002"]],
  ["blend of exp001 and exp002", ["exp001", "exp002"]],
  ["exp0021.csv", []],
  ["myexp002.csv", []],
])("%s names %j", (text, names) => {
  expect(namedExperiments(text, ["exp001", "exp002", "exp002_lgbm"])).toEqual(names);
});
