import path from "node:path";
import { x } from "tinyexec";
import { beforeAll, describe, expect, test } from "vitest";
import { findMetric, metricNames } from "../../src/core/metrics/known-metrics.ts";
import { type Grades, grade, gradedSides } from "../../src/core/submission/grading.ts";
import { solutionTargets } from "../../src/core/submission/solution-targets.ts";
import { targetLayout } from "../../src/core/submission/target-layout.ts";
import { type MetricCase, metricCases, type Question } from "../support/metric-cases.ts";
import { checkedMetricsPage } from "../support/metrics-page.ts";
import { repository, sharedPython, toolEnv } from "../support/tools.ts";

/** What the second computation and the template's harness give for the public and the private rows. */
interface Answer {
  by: string;
  scores: [number, number];
  harness: [number, number] | null;
}

interface Answers {
  answers: Answer[];
  /** METRICS of the harness. */
  metrics: Record<string, { needs: string; top: number }>;
  /** Other names, by the harness. */
  names: Record<string, string>;
}

const cases = metricNames.flatMap((name) => metricCases(name, findMetric(name)!));

/** Equal to all digits but what the order of a sum may change. */
const digits = 11;

/** Each metric and its rows once, and of each case which of these it is. */
const questions = new Map<string, { metric: string } & Question>();
const places = new Map<Question, number>();
const keys = cases.map(({ metric, question }) => {
  places.set(question, places.get(question) ?? places.size);
  const key = `${metric} ${places.get(question)}`;
  questions.set(key, { metric, ...question });
  return key;
});

let answered: Answers;
const answerByKey = new Map<string, Answer>();
const answerOf = (at: number): Answer => answerByKey.get(keys[at]!)!;

beforeAll(async () => {
  const python = await sharedPython();
  const harness = path.join(repository, "templates", "workspace", "templates");
  const process = x(python, [path.join(repository, "test", "support", "metric_oracle.py")], {
    nodeOptions: { env: toolEnv({ PYTHONDONTWRITEBYTECODE: "1" }) },
    stdin: JSON.stringify({ harness, questions: [...questions.values()] }),
  });
  const { stdout, stderr, exitCode } = await process;
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  answered = JSON.parse(stdout) as Answers;
  for (const [at, key] of [...questions.keys()].entries())
    answerByKey.set(key, answered.answers[at]!);
});

/** The grades as platform local gives them. */
function gradesOf({ metric, targets, solution, submission }: MetricCase): Grades {
  const wanted = { id: "id", predictions: submission.header.filter((name) => name !== "id") };
  const layout = targetLayout(targets, wanted.predictions, metric);
  const request = { wanted, layout, metric, file: "solution.csv" };
  const answers = solutionTargets(solution, request);
  return grade(metric, gradedSides(solution, submission, wanted, answers));
}

describe.each(metricNames)("%s", (name) => {
  const own = [...cases.entries()].filter(([, { metric }]) => metric === name);
  test("is what a second computation gives, however solution and submission are spelled", () => {
    const { range } = findMetric(name)!;
    for (const [at, one] of own) {
      const { scores } = answerOf(at);
      const about = `${one.task}, ${one.spelling}`;
      const grades = gradesOf(one);
      for (const [side, expected] of [
        ["public", scores[0]],
        ["private", scores[1]],
      ] as const) {
        expect(grades[side], `${about}, ${side}`).toBeCloseTo(expected, digits);
        expect(expected).toBeGreaterThanOrEqual(range[0]);
        expect(expected).toBeLessThanOrEqual(range[1]);
      }
    }
  });

  test("is what the template's harness trains by", () => {
    const given = own.map(([at]) => answerOf(at));
    expect(given.some(({ harness }) => harness !== null)).toBe(true);
    for (const { harness, scores } of given) {
      expect(harness?.[0] ?? scores[0]).toBeCloseTo(scores[0], digits);
      expect(harness?.[1] ?? scores[1]).toBeCloseTo(scores[1], digits);
    }
  });
});

test("the harness has every metric under each of its names, and wants of it what the table says", () => {
  const names = metricNames.flatMap((name) =>
    (findMetric(name)!.alsoNamed ?? []).map((other) => [other, name]),
  );
  expect(answered.names).toEqual(Object.fromEntries(names));
  expect(Object.keys(answered.metrics).toSorted()).toEqual([...metricNames].toSorted());
  for (const name of metricNames) {
    const row = findMetric(name)!;
    const { needs, top } = answered.metrics[name]!;
    const wanted = row.needs === "lists" ? "probabilities" : row.needs;
    expect(needs === "ranks" ? "labels" : needs, name).toBe(wanted);
    expect(top, name).toBe(row.needs === "lists" ? row.longest : 0);
  }
});

test("docs/metrics-checked.md lists what was compared; `npx vitest run --project e2e metric-oracle --update` writes it", async () => {
  const compared = cases.map(({ metric, task, spelling }, at) => {
    const { by } = answerOf(at);
    return { metric, task, spelling, by };
  });
  const page = path.join(repository, "docs", "metrics-checked.md");
  await expect(checkedMetricsPage(compared)).toMatchFileSnapshot(page);
});
