import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findMetric, metricNames } from "../../src/core/metrics/known-metrics.ts";
import type { Metric } from "../../src/core/metrics/metric.ts";
import { parseMetrics } from "../../src/core/score/metrics-file.ts";
import { submissionFaults, wantedColumns } from "../../src/core/submission/submission.ts";
import { proveScore } from "../../src/operations/score/prove-score.ts";
import { readProject } from "../../src/storage/competition/project-file.ts";
import { readCsv } from "../../src/storage/files/csv-file.ts";
import { openWorkspace, type Workspace } from "../../src/storage/workspace/workspace.ts";
import {
  type Competition,
  layOutWorkspace,
  randomSource,
  type Row,
} from "../support/tabular-competition.ts";
import { repository, sharedPython, toolEnv } from "../support/tools.ts";

const kinds = ["binary", "multiclass", "regression"] as const;
type Kind = (typeof kinds)[number];

const random = randomSource(5);
const targetOf: Record<Kind, (signal: number) => string | number> = {
  binary: (signal) => (signal + random() > 1 ? "yes" : "no"),
  multiclass: (signal) => "ABCDE"[Math.min(4, Math.floor(signal * 4 + random()))]!,
  regression: (signal) => Math.round(100 * (1 + signal + random())) / 100,
};

function filesOf(kind: Kind): Competition["files"] {
  const rows = Array.from({ length: 160 }, (_, row): Row => {
    const signal = random();
    return { id: row, x: signal, noise: random(), y: targetOf[kind](signal) };
  });
  const unlabelled = rows
    .slice(120)
    .map(({ id, x: signal, noise }) => ({ id, x: signal, noise }) as Row);
  return {
    [`${kind}.csv`]: rows.slice(0, 120),
    "test.csv": unlabelled,
    "sample_submission.csv": unlabelled.map(({ id }) => ({ id: id!, y: 0 })),
  };
}

/** Each metric under its name and its other names, on a task that it scores. */
const cases = metricNames.flatMap((name) => {
  const { alsoNamed = [], tasks, direction } = findMetric(name)! as Metric;
  const kind = kinds.findLast((one) => tasks.includes(one))!;
  return [name, ...alsoNamed].map((metric) => ({ metric, kind, direction }));
});

let ws: Workspace;
const folderOf = (metric: string) => path.join(ws.root, "cases", metric);

beforeAll(async () => {
  const files = Object.assign({}, ...kinds.map(filesOf)) as Competition["files"];
  const root = await layOutWorkspace({
    files,
    project: "data: { id: id, target: y }\nmetric: { name: mae, direction: minimize }\n",
  });
  ws = await openWorkspace(root);
  const work: [project: string, artifacts: string][] = [];
  for (const { metric, kind, direction } of cases) {
    const folder = folderOf(metric);
    await mkdir(folder, { recursive: true });
    const project = path.join(folder, "project.yml");
    const strategy = kind === "regression" ? "KFold" : "StratifiedKFold";
    await writeFile(
      project,
      `competition_name: small
competition_platform: local
data: { train: ${kind}.csv, id: id, target: y }
metric: { name: "${metric}", direction: ${direction} }
validation: { strategy: ${strategy}, n_splits: 2, seed: 1 }
`,
    );
    work.push([project, path.join(folder, "artifacts")]);
  }
  const script = path.join(repository, "test", "support", "train_each_metric.py");
  const { exitCode, stderr } = await x(await sharedPython(), [script], {
    nodeOptions: { cwd: root, env: toolEnv() },
    stdin: JSON.stringify(work),
  });
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
});

afterAll(() => rm(ws.root, { recursive: true, force: true }));

test.each(cases)(
  "$metric trains a $kind, and its score is proved",
  async ({ metric, direction }) => {
    const artifacts = path.join(folderOf(metric), "artifacts");
    const project = await readProject(path.join(folderOf(metric), "project.yml"));
    const text = await readFile(path.join(artifacts, "metrics.json"), "utf8");
    const metrics = parseMetrics(text, "metrics.json", { nSplits: 2, metric, direction });
    expect(await proveScore({ ...ws, project }, artifacts, metrics)).toMatchObject({
      verdict: "verified",
    });
    const sample = await readCsv(path.join(ws.root, "data/input/small/sample_submission.csv"));
    const submission = await readCsv(path.join(artifacts, "submission.csv"));
    expect(submissionFaults(submission, sample, wantedColumns(sample, "id"))).toEqual([]);
  },
);
