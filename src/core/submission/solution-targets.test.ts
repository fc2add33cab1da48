import { expect, test } from "vitest";
import { grade, gradedSides } from "./grading.ts";
import { solutionTargets } from "./solution-targets.ts";
import type { SubmissionTable } from "./submission.ts";
import { targetLayout } from "./target-layout.ts";

const table = (text: string): SubmissionTable => {
  const [header, ...rows] = text.split("\n").map((line) => line.split(","));
  const columns = header!.map((name, at) => [name, rows.map((row) => row[at]!)] as const);
  return { header: header!, columns: new Map(columns), lines: rows.map((_, row) => row + 2) };
};

/** The public score, or the message why there is none. */
function publicScore(metric: string, targets: string[], answers: string, sent: string) {
  const [solution, submission] = [table(answers), table(sent)];
  const wanted = { id: "id", predictions: submission.header.filter((name) => name !== "id") };
  const layout = targetLayout(targets, wanted.predictions, metric);
  const request = { wanted, layout, metric, file: "data/grading/solution.csv" };
  const sides = gradedSides(solution, submission, wanted, solutionTargets(solution, request));
  return grade(metric, sides).public;
}

const oneHot = "id,C,CL,D,Usage\n1,1,0,0,Public\n2,0,0,1,Public\n3,0,1,0,Private";
const labels = "id,Status,Usage\n1,C,Public\n2,D,Public\n3,CL,Private";
const shares = "id,C,CL,D\n1,0.5,0.3,0.2\n2,0.2,0.2,0.6\n3,0.1,0.8,0.1";
const loss = -(Math.log(0.5) + Math.log(0.6)) / 2;

test("a one-hot solution of one target is its classes, not a binary target each", () => {
  expect(publicScore("logloss", ["Status"], oneHot, shares)).toBeCloseTo(loss, 12);
  expect(publicScore("logloss", ["Status"], labels, shares)).toBeCloseTo(loss, 12);
});

test("the very same files are three targets where data.target names three", () => {
  const three = [0.5, 0.7, 0.8, 0.8, 0.8, 0.6].map((share) => -Math.log(share));
  const mean = three.reduce((sum, one) => sum + one, 0) / 6;
  expect(publicScore("logloss", ["C", "CL", "D"], oneHot, shares)).toBeCloseTo(mean, 12);
});

test("targets are matched by their names, in whatever order the files have them", () => {
  const answers = "id,b,a,Usage\n1,10,1,Public\n2,20,2,Public";
  expect(publicScore("mae", ["a", "b"], answers, "id,a,b\n1,1,10\n2,2,20")).toBe(0);
});

test("a class that only the private rows have is known to the public ones", () => {
  const answers = "id,y,Usage\n1,no,Public\n2,no,Public\n3,yes,Private";
  const sent = "id,y\n1,no\n2,no\n3,yes";
  expect(publicScore("f1", ["y"], answers, sent)).toBe(0);
  expect(publicScore("logloss", ["y"], answers, "id,y\n1,0.5\n2,0.5\n3,0.5")).toBeCloseTo(
    Math.log(2),
  );
});

test.each([
  ["other columns", ["Status"], "id,A,B,D,Usage\n1,1,0,0,Public", shares, "it has A, B, D"],
  ["too few columns", ["Status"], "id,C,CL,Usage\n1,1,0,Public", shares, "it has C, CL"],
  ["a column for a label", ["y"], oneHot, "id,y\n1,C\n2,D\n3,CL", "it has C, CL, D"],
  ["one target of three", ["C", "CL", "D"], labels, shares, "it has Status"],
  ["two ones", ["Status"], "id,C,CL,D,Usage\n1,1,1,0,Public", shares, "a row with 1, 1, 0"],
  ["no one", ["Status"], "id,C,CL,D,Usage\n1,0,0,0,Private", shares, "a row with 0, 0, 0"],
  ["shares", ["Status"], "id,C,CL,D,Usage\n1,0.5,0.5,0,Public", shares, "a row with 0.5, 0.5, 0"],
])("%s in the solution are one clear error", (_, targets, answers, sent, message) => {
  expect(() => publicScore("logloss", targets, answers, sent)).toThrow(message);
});

test("a row that counts for neither side may hold anything", () => {
  const answers = `${oneHot}\n4,,,,Ignored`;
  const score = publicScore("logloss", ["Status"], answers, `${shares}\n4,1,0,0`);
  expect(score).toBeCloseTo(loss, 12);
});

test.each([
  ["logloss", [], ["C", "D"], "project.yml names no target"],
  ["rmse", ["y"], ["C", "D"], "rmse is not for classes"],
  ["logloss", ["a", "b"], ["C", "CL", "D"], "data.target names 2 targets"],
])("%s of targets %j in columns %j is not clear", (metric, targets, predictions, message) => {
  expect(() => targetLayout(targets, predictions, metric)).toThrow(message);
});

test("several columns of a regression are targets also where project.yml names none", () => {
  expect(targetLayout([], ["a", "b"], "rmse")).toBe("targets");
});
