import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { grade, gradedSides } from "../src/core/submission/grading.ts";
import { solutionTargets } from "../src/core/submission/solution-targets.ts";
import { targetLayout } from "../src/core/submission/target-layout.ts";
import { readKaggleMetric } from "../src/core/competition/kaggle-metric.ts";
import { parseMetrics } from "../src/core/score/metrics-file.ts";
import { decideSplit } from "../src/core/validation/decide.ts";
import { taskTraits } from "../src/core/experiment/common-techniques.ts";
import { init } from "../src/operations/commands/setup/init.ts";
import { readProject } from "../src/storage/competition/project-file.ts";
import { proveScore } from "../src/operations/score/prove-score.ts";
import { paths } from "../src/storage/workspace/workspace.ts";
import { metricsPage } from "./support/metrics-page.ts";
import { makeWorkspace, testContext } from "./support/workspace.ts";

/** The table with one line more: what CONTRIBUTING.md asks of whoever adds a metric, and nothing else. */
vi.mock("../src/core/metrics/metrics.ts", async (original) => {
  const { largestError } = await import("./fixtures/metric/largest-error.ts");
  const { metrics } = await original<typeof import("../src/core/metrics/metrics.ts")>();
  return { metrics: { ...metrics, max_error: largestError } };
});

const name = "max_error";
const direction = "minimize" as const;

let root = "";
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "crossfold-metric-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

test("init offers it and knows its direction", async () => {
  const folder = path.join(root, "house");
  const request = { folder, platform: "local", sync: false, git: false };
  await expect(init.run(testContext({ root }), init.input.parse(request))).rejects.toMatchObject({
    expected: expect.stringContaining(name),
  });
  await init.run(testContext({ root }), init.input.parse({ ...request, metric: name }));
  const { metric } = await readProject(path.join(folder, "project.yml"));
  expect(metric).toEqual({ name, direction });
});

test("its name at Kaggle is understood, a variant of it is not", () => {
  expect(readKaggleMetric("Maximum Error")).toEqual({ name, direction });
  expect(readKaggleMetric("Scaled Maximum Error")).toBeUndefined();
});

const claimed = { cv_score: 1, fold_scores: [0.5, 1], metric: name, direction };
const parse = (metrics: object) =>
  parseMetrics(JSON.stringify(metrics), "metrics.json", { nSplits: 2, metric: name, direction });

test("a score is computed again from the OOF predictions, as scikit-learn gives it", async () => {
  const ws = await makeWorkspace();
  ws.project.data = { ...ws.project.data, id: undefined, target: "y" };
  await mkdir(paths.input(ws), { recursive: true });
  await writeFile(path.join(paths.input(ws), "train.csv"), "x,y\n1,3\n1,-0.5\n1,2\n1,7\n");
  const folder = path.join(root, "artifacts");
  await mkdir(folder);
  const rows = ["y,pred,fold", "3,2.5,0", "-0.5,0,0", "2,2,1", "7,8,1"];
  await writeFile(path.join(folder, "oof.csv"), rows.join("\n"));
  const oof = { file: "oof.csv", target: "y", prediction: "pred", fold: "fold" };
  const score = (cv_score: number) =>
    proveScore(ws, folder, parse({ ...claimed, cv_score, cv_is: "oof", oof }));
  expect(await score(1)).toMatchObject({
    verdict: "verified",
    summary: expect.stringContaining("from 4 out-of-fold predictions"),
  });
  expect(await score(0.4)).toMatchObject({ verdict: "mismatch" });
});

test("a score outside its range is refused", () => {
  expect(() => parse({ ...claimed, cv_score: -0.5 })).toThrow(
    `cv_score is -0.5, but ${name} is never below 0`,
  );
});

const table = (columns: Record<string, string[]>) => ({
  header: Object.keys(columns),
  columns: new Map(Object.entries(columns)),
  lines: [2, 3],
});

test("a local competition is graded by it", () => {
  const solution = table({ id: ["a", "b"], y: ["1", "2"], Usage: ["Public", "Private"] });
  const submission = table({ id: ["b", "a"], y: ["5", "1.5"] });
  const wanted = { id: "id", predictions: ["y"] };
  const layout = targetLayout(["y"], wanted.predictions, name);
  const request = { wanted, layout, metric: name, file: "solution.csv" };
  const targets = solutionTargets(solution, request);
  const sides = gradedSides(solution, submission, wanted, targets);
  expect(grade(name, sides)).toEqual({ public: 0.5, private: 3 });
});

test("split and plan take it for a metric of regression", () => {
  const stars = { name: "y", kind: "whole" as const, missing: 0, min: 1, max: 3, mean: 2 };
  const classes = ["1", "2", "3"].map((value) => ({ value, rows: 100 }));
  const facts = {
    rows: { train: 300, test: 100 },
    id: null,
    columns: [],
    targets: [{ ...stars, distinct: 3, classes }],
    oneHot: false,
    duplicates: { columns: 1, train: 0, test: 0 },
    crossings: [],
  };
  const request = { group: null, time: null, gap: null, codeCompetition: false };
  const { validation, summary } = decideSplit(facts, {
    ...request,
    metric: name,
    n_repeats: null,
    n_splits: 5,
    seed: 42,
  });
  expect(validation.strategy).toBe("KFold");
  expect(summary).toContain("regression");
  const project = { metric: { name, direction }, validation, data: { target: "y" } };
  expect(taskTraits(project as never)).toMatchObject({ family: "regression", needs: "values" });
});

test("the docs list it", () => {
  expect(metricsPage()).toContain(
    `| \`${name}\` | Largest error | \`max_absolute_error\` | regression | numbers | lower | from 0 |`,
  );
});
