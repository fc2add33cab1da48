import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { x } from "tinyexec";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseMetrics } from "../../src/core/score/metrics-file.ts";
import type { Direction } from "../../src/core/competition/project.ts";
import { proveScore } from "../../src/operations/score/prove-score.ts";
import { openWorkspace } from "../../src/storage/workspace/workspace.ts";
import {
  type Competition,
  layOutWorkspace,
  randomSource,
  readCsvRows,
  type Row,
} from "../support/tabular-competition.ts";
import { repository, sharedPython, toolEnv } from "../support/tools.ts";

let python = "";
let emptyStore = "";
const made: string[] = [];

beforeAll(async () => {
  python = await sharedPython();
  // Making MLflow's tables takes seconds: every workspace gets a copy.
  const folder = await mkdtemp(path.join(tmpdir(), "crossfold-mlflow-"));
  made.push(folder);
  emptyStore = path.join(folder, "mlflow.db");
  const code = `import mlflow; mlflow.set_tracking_uri("sqlite:///${emptyStore}"); mlflow.search_experiments()`;
  await runPython(folder, ["-c", code]);
});

afterAll(async () => {
  await Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true })));
});

const faster = { "epochs: int = 200": "epochs: int = 20" };
const plain = "validation: { strategy: KFold, n_splits: 3, seed: 7 }\n";
const stratified = "validation: { strategy: StratifiedKFold, n_splits: 3, seed: 7 }\n";

/** Rows with numbers, texts, dates and gaps; `signal` is what targets may be made of. */
function makeRows(
  count: number,
  of: (signal: number, row: Row, random: () => number) => Row,
): Row[] {
  const random = randomSource(count);
  return Array.from({ length: count }, (_, index) => {
    const signal = random() * 4 - 2;
    const kind = ["a", "b", "c"][Math.floor(random() * 3)]!;
    const row: Row = {
      id: `${String(index).padStart(4, "0")}`,
      size: random() < 0.1 ? null : Number((signal + random() * 0.5).toFixed(3)),
      kind: random() < 0.1 ? null : kind,
      vip: [true, false, null][Math.floor(random() * 3)]!,
      seen: `2025-0${1 + Math.floor(random() * 9)}-1${Math.floor(random() * 9)}`,
      note: `note ${index}`,
      always: 1,
    };
    return { ...row, ...of(signal + (kind === "a" ? 0.7 : 0), row, random) };
  });
}

/** Train and test files and a sample in another order, with `blank` in the targets' columns. */
function split(rows: Row[], blank: Row): Competition["files"] {
  const targets = Object.keys(blank);
  const cut = Math.floor(rows.length * 0.7);
  const unlabelled = rows
    .slice(cut)
    .map((row) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => !targets.includes(name))),
    );
  const [id] = Object.keys(rows[0]!) as [string];
  return {
    "train.csv": rows.slice(0, cut),
    "test.csv": unlabelled,
    "sample_submission.csv": unlabelled
      .map((row) => Object.assign({ [id]: row[id]! }, blank))
      .toReversed(),
  };
}

/** The target taken out of train into a file of its own, whose rows are in another order. */
function withLabels(files: Competition["files"], target: string): Competition["files"] {
  const train = files["train.csv"]!;
  const rest = train.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => name !== target)),
  );
  const labels = train.map((row) => ({ id: row.id!, [target]: row[target]! })).toReversed();
  return { ...files, "train.csv": rest, "labels.csv": labels };
}

interface Case extends Competition {
  metric: string;
  direction: Direction;
  target: string;
  /** Rows that no fold validates. */
  unseen?: number;
  plots: string[];
  /** Checks of this case alone. */
  check?(result: Result): void | Promise<void>;
  prepare?(input: string): Promise<void>;
  id?: string;
}

interface Result {
  root: string;
  artifacts: string;
  cv: number;
  metrics: Record<string, any>;
  oof: Record<string, string>[];
  submission: Record<string, string>[];
}

const labels = ["confusion_matrix.png", "calibration.png"];
const values = ["scatter.png", "residuals.png"];

function sumsToOne(result: Result, columns: string[]): void {
  for (const row of result.submission) {
    const sum = columns.reduce((total, name) => total + Number(row[name]), 0);
    expect(sum).toBeCloseTo(1, 9);
  }
}

const cases: Record<string, Case> = {
  "regression with rmse": {
    metric: "rmse",
    direction: "minimize",
    target: "price",
    plots: values,
    project: plain,
    files: split(
      makeRows(280, (s, _, r) => ({ price: 100 + 20 * s + r() })),
      { price: 0 },
    ),
    check: ({ cv, oof }) => {
      expect(cv).toBeLessThan(15);
      expect(Object.keys(oof[0]!)).toEqual(["id", "price", "pred", "fold"]);
    },
  },
  "regression with rmsle, gzipped train and a Parquet test": {
    metric: "rmsle",
    direction: "minimize",
    target: "price",
    plots: values,
    project: `${plain}data: { train: train.csv.gz, test: test.parquet, id: id, target: price }\n`,
    files: split(
      makeRows(200, (s) => ({ price: Number(Math.exp(s).toFixed(4)) })),
      { price: 0 },
    ),
    prepare: async (input) => {
      const train = path.join(input, "train.csv");
      await writeFile(`${train}.gz`, gzipSync(await readFile(train)));
      await rm(train);
      const code = `import polars as pl; pl.read_csv("test.csv", try_parse_dates=True, schema_overrides={"id": pl.String}).write_parquet("test.parquet")`;
      await runPython(input, ["-c", code]);
      await rm(path.join(input, "test.csv"));
    },
  },
  "yes or no as True and False": {
    metric: "accuracy",
    direction: "maximize",
    target: "won",
    plots: labels,
    project: stratified,
    files: split(
      makeRows(280, (s) => ({ won: s > 0 ? "True" : "False" })),
      { won: "False" },
    ),
    check: ({ cv, submission, oof }) => {
      expect(cv).toBeGreaterThan(0.8);
      expect(new Set(submission.map((row) => row.won))).toEqual(new Set(["True", "False"]));
      expect(new Set(oof.map((row) => row.pred))).toEqual(new Set(["True", "False"]));
      expect(Object.keys(oof[0]!)).toEqual([
        "id",
        "won",
        "pred",
        "proba_False",
        "proba_True",
        "fold",
      ]);
    },
  },
  "0 and 1 with roc_auc, a thousand names, and rows without a target": {
    metric: "roc_auc",
    direction: "maximize",
    target: "bought",
    plots: labels,
    project: stratified,
    unseen: 5,
    files: split(
      makeRows(300, (s, row, r) => {
        const city = `city ${Math.floor(r() * 60) + (s > 0 ? 60 : 0)}`;
        return { city, bought: Number(row.id) < 5 ? null : s > 0 ? 1 : 0 };
      }),
      { bought: 0.5 },
    ),
    settings: { ...faster, "max_categories: int = 100": "max_categories: int = 20" },
    check: ({ cv, submission }) => {
      expect(cv).toBeGreaterThan(0.85);
      const chances = submission.map((row) => Number(row.bought));
      expect(chances.every((chance) => chance >= 0 && chance <= 1)).toBe(true);
      expect(new Set(chances).size).toBeGreaterThan(5);
    },
  },
  "classes with logloss and a column a class": {
    metric: "logloss",
    direction: "minimize",
    target: "status",
    plots: labels,
    project: `${stratified}data: { id: id, target: status }\n`,
    files: (() => {
      const rows = makeRows(280, (s) => ({ status: s > 0.7 ? "C" : s < -0.5 ? "CL" : "D" }));
      const files = split(rows, { status: null });
      const sample = files["sample_submission.csv"]!.map(({ id }) => ({
        id: id!,
        Status_D: 0,
        Status_C: 1,
        Status_CL: 0,
      }));
      return { ...files, "sample_submission.csv": sample };
    })(),
    check: (result) => {
      sumsToOne(result, ["Status_C", "Status_CL", "Status_D"]);
      expect(result.cv).toBeLessThan(0.9);
      expect(result.metrics.oof.prediction).toEqual(["proba_C", "proba_CL", "proba_D"]);
    },
  },
  "ordered classes with quadratic_weighted_kappa": {
    metric: "quadratic_weighted_kappa",
    direction: "maximize",
    target: "grade",
    plots: labels,
    project: stratified,
    files: split(
      makeRows(280, (s) => ({ grade: Math.min(12, Math.max(8, 10 + Math.round(s))) })),
      { grade: 10 },
    ),
    check: ({ cv, submission }) => {
      expect(cv).toBeGreaterThan(0.6);
      for (const { grade } of submission) expect(["8", "9", "10", "11", "12"]).toContain(grade);
    },
  },
  "the likeliest classes with map@3": {
    metric: "map@3",
    direction: "maximize",
    target: "status",
    plots: labels,
    project: stratified,
    files: split(
      makeRows(280, (s) => ({ status: s > 0.7 ? "C" : s < -0.5 ? "CL" : s < 0 ? "D" : "E" })),
      { status: "C CL D" },
    ),
    check: ({ cv, metrics, submission }) => {
      expect(cv).toBeGreaterThan(0.7);
      expect(metrics.oof.prediction).toEqual(["proba_C", "proba_CL", "proba_D", "proba_E"]);
      for (const { status } of submission)
        expect(new Set(status!.split(" ").filter((one) => /^(C|CL|D|E)$/.test(one))).size).toBe(3);
    },
  },
  "a quantile with pinball_0.9": {
    metric: "pinball_0.9",
    direction: "minimize",
    target: "price",
    plots: values,
    project: plain,
    files: split(
      makeRows(280, (s, _, r) => ({ price: 100 + 20 * s + 10 * r() })),
      { price: 0 },
    ),
    check: ({ oof }) => {
      const below = oof.filter(({ price, pred }) => Number(price) <= Number(pred)).length;
      expect(below / oof.length).toBeGreaterThan(0.7);
    },
  },
  "several labels": {
    metric: "roc_auc",
    direction: "maximize",
    target: "[red, blue]",
    plots: labels,
    project: "validation: { strategy: MultilabelStratifiedKFold, n_splits: 3, seed: 7 }\n",
    files: split(
      makeRows(280, (s, row) => ({ red: s > 0.3 ? 1 : 0, blue: row.kind === "b" ? 1 : 0 })),
      { red: 0.5, blue: 0.5 },
    ),
    check: ({ metrics, oof }) => {
      expect(metrics.oof.target).toEqual(["red", "blue"]);
      expect(metrics.oof.prediction).toEqual(["pred_red", "pred_blue"]);
      const share = (fold: string) =>
        oof.filter((row) => row.fold === fold && row.red === "1").length /
        oof.filter((row) => row.fold === fold).length;
      expect(Math.abs(share("0") - share("1"))).toBeLessThan(0.1);
    },
  },
  "a time series with a gap": {
    metric: "mae",
    direction: "minimize",
    target: "sales",
    plots: values,
    project: "validation: { strategy: TimeSeriesSplit, n_splits: 3, seed: 7, time: day, gap: 2 }\n",
    unseen: 60,
    files: split(
      makeRows(344, (s, row) => {
        // Two shops a day, rows not in the order of time.
        const day = new Date(Date.UTC(2025, 0, 1 + ((Number(row.id) * 7) % 120)));
        return { day: day.toISOString().slice(0, 10).replaceAll("-", "/"), sales: 50 + 10 * s };
      }),
      { sales: 0 },
    ),
    check: async ({ root, artifacts }) => {
      const rows = await readCsvRows(path.join(root, "data/input/small/train.csv"));
      const folds = await readCsvRows(path.join(artifacts, "folds.csv"));
      const daysOf = (fold: string) =>
        rows.filter((_, index) => folds[index]!.fold === fold).map((row) => row.day!);
      const [past, first, second, third] = ["-1", "0", "1", "2"].map((fold) =>
        daysOf(fold).toSorted(),
      );
      for (const [earlier, later] of [
        [past, first],
        [first, second],
        [second, third],
      ]) {
        expect(earlier!.at(-1)! < later![0]!).toBe(true);
      }
    },
  },
  "groups, and labels in a file of their own": {
    metric: "r2",
    direction: "maximize",
    target: "score",
    plots: values,
    project:
      "validation: { strategy: GroupKFold, n_splits: 3, seed: 7, group: family }\ndata: { labels: labels.csv, id: id, target: score }\n",
    files: withLabels(
      split(
        makeRows(280, (s, _, r) => ({ family: `f${Math.floor(r() * 30)}`, score: s })),
        { score: 0 },
      ),
      "score",
    ),
  },
  "classes and groups with f1_macro, missing values everywhere": {
    metric: "f1_macro",
    direction: "maximize",
    target: "class",
    plots: labels,
    project:
      "validation: { strategy: StratifiedGroupKFold, n_splits: 3, seed: 7, group: family }\n",
    files: split(
      makeRows(280, (s, row, r) => ({
        size: r() < 0.6 ? null : row.size!,
        kind: r() < 0.6 ? null : row.kind!,
        seen: r() < 0.6 ? null : row.seen!,
        empty: null,
        family: `f${Math.floor(r() * 30)}`,
        class: s > 0.5 ? 2 : s < -0.5 ? 0 : 1,
      })),
      { class: 0 },
    ),
  },
  "Japanese columns and values": {
    metric: "accuracy",
    direction: "maximize",
    target: "種類",
    plots: labels,
    id: "番号",
    project: `${stratified}data: { id: 番号, target: 種類 }\n`,
    files: split(
      makeRows(240, (s) => ({ s, 種類: s > 0 ? "犬、大" : "猫" })).map(
        ({ id, size, s, ...row }) => ({
          番号: id!,
          大きさ: size!,
          都市: Number(s) > 1 ? "東京" : "大阪",
          日付: "2025年3月1日",
          種類: row.種類!,
        }),
      ),
      { 種類: "猫" },
    ),
    check: ({ submission }) => {
      expect(new Set(submission.map((row) => row.種類))).toEqual(new Set(["犬、大", "猫"]));
    },
  },
};

async function runPython(
  cwd: string,
  args: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ stdout: string; stderr: string; exitCode: number | undefined }> {
  const given = toolEnv({ OMP_NUM_THREADS: "1", ...env });
  const { stdout, stderr, exitCode } = await x(python, args, { nodeOptions: { cwd, env: given } });
  return { stdout, stderr, exitCode };
}

function projectText(one: Case): string {
  const data = one.project.includes("data:") ? "" : `data: { id: id, target: ${one.target} }\n`;
  return `${one.project}${data}metric: { name: ${one.metric}, direction: ${one.direction} }\n`;
}

async function workspaceOf(one: Case): Promise<string> {
  const settings = one.settings ?? faster;
  const root = await layOutWorkspace({ files: one.files, project: projectText(one), settings });
  made.push(root);
  await cp(emptyStore, path.join(root, "mlflow.db"));
  await one.prepare?.(path.join(root, "data", "input", "small"));
  return root;
}

const train = (root: string, ...args: string[]) =>
  runPython(root, ["models/exp001/train.py", ...args]);

async function readResult(root: string, one: Case): Promise<Result> {
  const artifacts = path.join(root, "models", "exp001", "artifacts");
  const text = await readFile(path.join(artifacts, "metrics.json"), "utf8");
  const expected = { nSplits: 3, metric: one.metric, direction: one.direction };
  const metrics = parseMetrics(text, "metrics.json", expected);
  const proof = await proveScore(await openWorkspace(root), artifacts, metrics);
  expect(proof).toMatchObject({
    verdict: "verified",
    summary: expect.stringMatching(/each fold too$/),
  });
  return {
    root,
    artifacts,
    metrics: JSON.parse(text),
    cv: metrics.cv_score,
    oof: await readCsvRows(path.join(artifacts, "oof.csv")),
    submission: await readCsvRows(path.join(artifacts, "submission.csv")),
  };
}

async function checkFolds(result: Result, one: Case, id: string): Promise<void> {
  const folds = await readCsvRows(path.join(result.artifacts, "folds.csv"));
  const ids = (one.files["labels.csv"] ?? one.files["train.csv"]!).map((row) => String(row[id]));
  expect(folds.map((row) => row[id])).toEqual(ids);
  const lines = folds.map((row) => `${row[id]},${row.fold}\n`).join("");
  const hash = createHash("sha256").update(lines).digest("hex");
  expect(result.metrics.validation.folds_sha256).toBe(hash);
  const validated = folds.filter((row) => row.fold !== "-1");
  expect(result.oof.map((row) => [row[id], row.fold])).toEqual(
    validated.map((row) => [row[id], row.fold]),
  );
  expect(ids.length - validated.length).toBe(one.unseen ?? 0);
  if (one.project.includes("group: family")) {
    const family = new Map(
      one.files["train.csv"]!.map((row) => [String(row.id), String(row.family)]),
    );
    const pairs = new Set(folds.map((row) => `${family.get(row.id!)} ${row.fold}`));
    expect(pairs.size).toBe(new Set(family.values()).size);
  }
}

/** The binary case, for what need not be tried on every kind of data. */
const usual = cases["yes or no as True and False"]!;
const artifactsOf = (root: string) => path.join(root, "models", "exp001", "artifacts");

describe.concurrent("the baseline", () => {
  test.for(Object.entries(cases))("%s", async ([, one]) => {
    const root = await workspaceOf(one);
    const { stdout, stderr, exitCode } = await train(root);
    expect(exitCode, stderr).toBe(0);
    expect(stderr).not.toMatch(/Warning/);
    const score = `${one.metric}=-?\\d+\\.\\d{4}\\n`;
    expect(stdout).toMatch(
      new RegExp(`^${[1, 2, 3].map((fold) => `fold ${fold}/3 ${score}`).join("")}CV ${score}$`),
    );

    const result = await readResult(root, one);
    const id = one.id ?? "id";
    await checkFolds(result, one, id);
    const sample = one.files["sample_submission.csv"]!;
    expect(Object.keys(result.submission[0]!)).toEqual(Object.keys(sample[0]!));
    expect(result.submission.map((row) => row[id])).toEqual(sample.map((row) => String(row[id])));
    expect(result.submission.every((row) => Object.values(row).every((cell) => cell !== ""))).toBe(
      true,
    );
    const { prediction } = result.metrics.oof;
    const each = await readCsvRows(path.join(result.artifacts, "test_predictions.csv"));
    const targets = new Set([result.metrics.oof.target].flat());
    const columns = Object.keys(result.oof[0]!).filter((name) => !targets.has(name));
    expect(Object.keys(each[0]!)).toEqual(columns);
    expect(columns).toEqual(expect.arrayContaining(prediction));
    const ids = one.files["test.csv"]!.map((row) => String(row[id]));
    expect(each.map((row) => [row[id], row.fold])).toEqual(
      ["0", "1", "2"].flatMap((fold) => ids.map((name) => [name, fold])),
    );
    for (const plot of one.plots) expect(existsSync(path.join(result.artifacts, plot))).toBe(true);
    expect(existsSync(path.join(result.artifacts, "debug"))).toBe(false);
    await one.check?.(result);
  });
});

describe.concurrent("a run", () => {
  test("gives the same scores again, and inference.py alone the same submission", async () => {
    const root = await workspaceOf(usual);
    const artifacts = artifactsOf(root);
    const read = (name: string) => readFile(path.join(artifacts, name), "utf8");
    expect((await train(root)).exitCode).toBe(0);
    const [metrics, submission] = [await read("metrics.json"), await read("submission.csv")];
    await rm(artifacts, { recursive: true });
    expect((await train(root)).exitCode).toBe(0);
    expect(await read("metrics.json")).toBe(metrics);

    await rm(path.join(artifacts, "submission.csv"));
    await rm(path.join(root, "data/input/small/train.csv"));
    const { exitCode, stderr } = await runPython(tmpdir(), [
      path.join(root, "models/exp001/inference.py"),
    ]);
    expect(exitCode, stderr).toBe(0);
    expect(await read("submission.csv")).toBe(submission);
  });

  test("under a declared holdout has one fold, which is whole", async () => {
    const project = "validation: { strategy: Holdout, test_size: 0.25, seed: 7 }\n";
    const root = await workspaceOf({ ...usual, project });
    const { stdout, stderr, exitCode } = await train(root);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^fold 1\/1 /);
    const artifacts = artifactsOf(root);
    const text = await readFile(path.join(artifacts, "metrics.json"), "utf8");
    const { metric, direction } = usual;
    const metrics = parseMetrics(text, "metrics.json", { nSplits: 1, metric, direction });
    expect(metrics.validation).toMatchObject({ strategy: "Holdout", test_size: 0.25 });
    expect(await proveScore(await openWorkspace(root), artifacts, metrics)).toMatchObject({
      verdict: "verified",
      partial: null,
      split: { folds: 1, strata: null, differs: [] },
    });
    const code = `
import sys
from types import SimpleNamespace
sys.path.insert(0, "models/exp001")
import numpy as np, polars as pl
from harness.validation import hold_out
frame = pl.DataFrame({"day": [f"2025-01-{1 + n % 20:02}" for n in range(200)], "family": [n % 30 for n in range(200)]})
for columns in ({"time": "day", "group": None}, {"time": None, "group": "family"}):
    fit, valid = hold_out(frame, [], SimpleNamespace(test_size=0.25, seed=7, **columns))
    name = columns["time"] or columns["group"]
    before, after = frame[name][fit], frame[name][valid]
    assert sorted([*fit, *valid]) == list(range(200))
    assert abs(len(valid) / 200 - 0.25) < 0.05, len(valid)
    assert not set(before) & set(after)
    assert name == "family" or before.max() < after.min()
one = pl.DataFrame({"day": [1] * 9 + [2] * 90})
fit, valid = hold_out(one, [], SimpleNamespace(test_size=0.25, seed=7, time="day", group=None))
assert len(fit) == 9
`;
    const kept = await runPython(root, ["-c", code]);
    expect(kept.exitCode, kept.stderr).toBe(0);
  });

  test("with --debug stays in artifacts/debug, on one epoch and little data", async () => {
    const settings = { ...faster, "debug_rows: int = 1000": "debug_rows: int = 90" };
    const root = await workspaceOf({ ...usual, settings });
    expect((await train(root, "--debug")).exitCode).toBe(0);
    expect(await readdir(artifactsOf(root))).toEqual(["debug"]);
    const debug = path.join(artifactsOf(root), "debug");
    const metrics = JSON.parse(await readFile(path.join(debug, "metrics.json"), "utf8"));
    expect(metrics).toMatchObject({ debug: true, config: { epochs: 1 } });
    expect(await readCsvRows(path.join(debug, "oof.csv"))).toHaveLength(90);
    expect(await readCsvRows(path.join(debug, "submission.csv"))).toHaveLength(84);
    const [run] = await mlflowRuns(root);
    expect(run).toMatchObject({ "tags.debug": "true", "params.epochs": "1" });
  });

  test("goes on without its MLflow server, and keeps what it noted", async () => {
    const root = await workspaceOf(usual);
    const args = ["models/exp001/train.py"];
    const env = { MLFLOW_TRACKING_URI: "http://127.0.0.1:9" };
    const { exitCode, stderr } = await runPython(root, args, env);
    expect(exitCode, stderr).toBe(0);
    expect(stderr.match(/cannot be reached/g)).toHaveLength(1);
    expect(await readdir(artifactsOf(root))).toContain("metrics.json");
    const missed = path.join(artifactsOf(root), "mlflow_missed");
    const calls = (await readdir(missed)).find((name) => name.endsWith(".jsonl"));
    const text = await readFile(path.join(missed, calls!), "utf8");
    expect(text).toContain('"cv_accuracy"');
  });

  test("is in MLflow with parameters, a metric a fold, artifacts and the tags it was given", async () => {
    const root = await workspaceOf(usual);
    const tags = { "crossfold.run_id": "20261123-011530-exp001-k3f9", "mlflow.runName": "the run" };
    const env = { MLFLOW_EXPERIMENT_NAME: "other", MLFLOW_RUN_CONTEXT: JSON.stringify(tags) };
    const args = ["models/exp001/train.py", "--config.learning-rate", "0.1", "--config.epochs=9"];
    expect((await runPython(root, args, env)).exitCode).toBe(0);
    const [run] = await mlflowRuns(root);
    const metrics = JSON.parse(
      await readFile(path.join(artifactsOf(root), "metrics.json"), "utf8"),
    );
    expect(run).toMatchObject({
      "tags.debug": "false",
      "params.learning_rate": "0.1",
      "params.epochs": "9",
      "params.n_splits": "3",
      "tags.crossfold.run_id": tags["crossfold.run_id"],
      "tags.mlflow.runName": "the run",
      experiment: "other",
      "metrics.cv_accuracy": metrics.cv_score,
      folds: metrics.fold_scores,
    });
    expect(metrics.config).toMatchObject({ learning_rate: 0.1, epochs: 9 });
    expect(run!.files).toEqual(
      expect.arrayContaining(["metrics.json", "oof.csv", "calibration.png"]),
    );
  });
});

async function mlflowRuns(root: string): Promise<Record<string, any>[]> {
  const code = `
import json, mlflow
client = mlflow.MlflowClient("sqlite:///mlflow.db")
mlflow.set_tracking_uri("sqlite:///mlflow.db")
found = mlflow.search_runs(search_all_experiments=True, output_format="list")
def show(run):
    d = run.data
    folds = [m.value for m in client.get_metric_history(run.info.run_id, "fold_accuracy")]
    files = [f.path for f in client.list_artifacts(run.info.run_id)]
    name = client.get_experiment(run.info.experiment_id).name
    flat = {f"{k}.{n}": v for k in ("tags", "params", "metrics") for n, v in getattr(d, k).items()}
    return flat | {"folds": folds, "files": files, "experiment": name}
print(json.dumps([show(run) for run in found]))`;
  const { stdout, stderr } = await runPython(root, ["-c", code]);
  return JSON.parse(stdout || `"${stderr}"`);
}

describe.concurrent("what cannot be trained says so without a traceback", () => {
  const failures: [string, (project: string) => string, RegExp][] = [
    [
      "an unknown metric",
      (text) => text.replace("name: accuracy", "name: profit"),
      /'profit'.*\n.*metric.function.*\n.*METRICS in .*harness\/scoring\.py; a metric to maximize(.*\n)+ *"profit": Metric\("labels", skm\.balanced_accuracy_score\)/,
    ],
    [
      "an unknown metric to minimise",
      (text) =>
        text.replace("name: accuracy, direction: maximize", "name: regret, direction: minimize"),
      /a metric to minimize(.*\n)+ *"regret": Metric\("values", skm\.median_absolute_error\)/,
    ],
    [
      "a target that is not there",
      (text) => text.replace("target: won", "target: lost"),
      /train\.csv has no column 'lost'/,
    ],
    ["no target", (text) => text.replace(", target: won", ""), /data\.target are needed/],
    [
      "a strategy without its column",
      (text) => text.replace("StratifiedKFold", "GroupKFold"),
      /GroupKFold: needs `group`/,
    ],
    [
      "values for classes",
      (text) => text.replace("target: won", "target: note"),
      /classes in target 'note'/,
    ],
    [
      "texts for values",
      (text) => text.replace("name: accuracy", "name: rmse"),
      /'won' must hold numbers/,
    ],
  ];
  test.for(failures)("%s", async ([, change, message]) => {
    const root = await layOutWorkspace({ files: usual.files, project: change(projectText(usual)) });
    made.push(root);
    await cp(emptyStore, path.join(root, "mlflow.db"));
    const { exitCode, stderr } = await train(root);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("Traceback");
    expect(existsSync(path.join(artifactsOf(root), "metrics.json"))).toBe(false);
  });
});

test("ruff and ty have nothing to say of the workspace", async () => {
  const root = await workspaceOf(usual);
  const uses: Record<string, string[]> = {
    "ruff check": ["-m", "ruff", "check", "--no-cache"],
    "ruff format": ["-m", "ruff", "format", "--check", "--no-cache"],
    "ty check": ["-m", "ty", "check", "--python", python, "--error-on-warning"],
  };
  for (const [name, args] of Object.entries(uses)) {
    const { exitCode, stdout, stderr } = await runPython(root, args);
    expect(exitCode, `${name}:\n${stdout}${stderr}`).toBe(0);
  }
});

test("folders follow the environment", async () => {
  const root = await workspaceOf(usual);
  const folder = path.join(root, "models", "exp001");
  await mkdir(path.join(folder, "artifacts"), { recursive: true });
  await cp(path.join(root, "project.yml"), path.join(folder, "artifacts", "project.yml"));
  const code = `from settings import DirectorySettings as D; s = D("exp001"); print(s.input_dir, s.artifact_dir, s.output_dir)`;
  const folders = async (env: NodeJS.ProcessEnv) =>
    (await runPython(folder, ["-c", code], env)).stdout.trim().split(" ");
  const artifacts = path.join(folder, "artifacts");
  expect(await folders({})).toEqual([path.join(root, "data/input/small"), artifacts, artifacts]);
  expect(await folders({ KAGGLE_KERNEL_RUN_TYPE: "Batch" })).toEqual([
    "/kaggle/input/competitions/small",
    artifacts,
    "/kaggle/working",
  ]);
  const kaggle = path.join(root, "kaggle");
  const older = { KAGGLE_KERNEL_RUN_TYPE: "Batch", CROSSFOLD_KAGGLE_ROOT: kaggle };
  await mkdir(path.join(kaggle, "input", "small"), { recursive: true });
  expect(await folders(older)).toEqual([
    path.join(kaggle, "input/small"),
    artifacts,
    path.join(kaggle, "working"),
  ]);
  expect(await folders({ AIP_MODEL_DIR: "gs://bucket/runs/7/model/" })).toEqual([
    "/gcs/bucket/data/input/small",
    "/gcs/bucket/runs/7/model",
    "/gcs/bucket/runs/7/model",
  ]);
  const overridden = {
    AIP_MODEL_DIR: "gs://bucket/runs/7/model/",
    CROSSFOLD_GCS_ROOT: "/tmp/mount",
  };
  expect(await folders(overridden)).toEqual([
    "/tmp/mount/bucket/data/input/small",
    "/tmp/mount/bucket/runs/7/model",
    "/tmp/mount/bucket/runs/7/model",
  ]);
});

describe("Taskfile.yml, run by the real task", () => {
  let folder = "";
  let env: NodeJS.ProcessEnv = {};

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "crossfold-task-"));
    made.push(folder);
    await cp(
      path.join(repository, "templates/workspace/Taskfile.yml"),
      path.join(folder, "Taskfile.yml"),
    );
    const program = `#!/usr/bin/env node\nconsole.log(JSON.stringify(process.argv.slice(2)));\n`;
    await mkdir(path.join(folder, "bin"));
    await writeFile(path.join(folder, "bin", "crossfold"), program, { mode: 0o755 });
    env = toolEnv();
    env.PATH = `${path.join(folder, "bin")}${path.delimiter}${env.PATH}`;
  });

  async function task(args: string[], extra: NodeJS.ProcessEnv = {}) {
    const nodeOptions = { cwd: folder, env: { ...env, ...extra } };
    const { stdout, exitCode } = await x("task", args, { nodeOptions });
    return exitCode === 0 ? JSON.parse(stdout) : exitCode;
  }

  const hostile = [
    "x; touch pwned",
    "$(touch pwned) `touch pwned`",
    `a "b c" 'd`,
    "$HOME ${PWD} \\ * %d",
    "a\nb",
  ];
  const calls: [string[], string[]][] = [
    [["new-exp"], ["new"]],
    [
      ["new-exp", "EXP=exp002"],
      ["new", "--", "exp002"],
    ],
    [
      ["new-exp", "EXP=exp002", "SOURCE=exp001"],
      ["new", "--from=exp001", "--", "exp002"],
    ],
    [
      ["new-exp", "SOURCE=exp001"],
      ["new", "--from=exp001"],
    ],
    [
      ["train-local", "EXP=exp002"],
      ["train", "exp002", "--on", "local", "--extra-args="],
    ],
    [
      ["train-local", "EXP=exp002", "EXTRA_ARGS=--debug"],
      ["train", "exp002", "--on", "local", "--extra-args=--debug"],
    ],
    [
      ["run-local", "SCRIPT=models/exp002/inference.py"],
      ["run", "models/exp002/inference.py", "--extra-args="],
    ],
    [
      ["submit", "EXP=exp002"],
      ["submit", "exp002"],
    ],
    [["push-data"], ["data", "push"]],
    [["pull-data"], ["data", "pull"]],
    [
      ["push-artifacts", "EXP=exp002"],
      ["artifacts", "push", "exp002"],
    ],
    [
      ["pull-artifacts", "EXP=exp002"],
      ["artifacts", "pull", "exp002"],
    ],
    [["history"], ["history"]],
    [["fmt"], ["fmt"]],
    [["ty"], ["ty"]],
    ...hostile.flatMap((value): [string[], string[]][] => [
      [
        ["new-exp", `EXP=${value}`, `SOURCE=${value}`],
        ["new", `--from=${value}`, "--", value],
      ],
      [
        ["train-local", `EXP=${value}`, `EXTRA_ARGS=${value}`],
        ["train", value, "--on", "local", `--extra-args=${value}`],
      ],
      [
        ["run-local", `SCRIPT=${value}`, `EXTRA_ARGS=${value}`],
        ["run", value, `--extra-args=${value}`],
      ],
      [
        ["push-artifacts", `EXP=${value}`],
        ["artifacts", "push", value],
      ],
      [
        ["submit", `EXP=${value}`],
        ["submit", value],
      ],
    ]),
  ];

  test("hands every value on as data", async () => {
    for (const [typed, passed] of calls) expect(await task(typed), typed.join(" ")).toEqual(passed);
    expect(await task(["train-local", "EXP=exp1"], { EXTRA_ARGS: `{{.EXP}} "{{` })).toEqual([
      "train",
      "exp1",
      "--on",
      "local",
      `--extra-args={{.EXP}} "{{`,
    ]);
    expect(await task(["submit", "EXP=exp1"], { EXP: "exp9" })).toEqual(["submit", "exp1"]);
    expect((await readdir(folder)).toSorted()).toEqual(["Taskfile.yml", "bin"]);
  });

  test("gives new KAGGLE_CODE_SUB, typed as a variable of Task or set in the environment", async () => {
    const variable = "KAGGLE_CODE_SUB";
    const program = `#!/usr/bin/env node\nconsole.log(JSON.stringify([process.env.${variable} ?? null, ...process.argv.slice(2)]));\n`;
    const bin = path.join(folder, "other-bin");
    await mkdir(bin);
    await writeFile(path.join(bin, "crossfold"), program, { mode: 0o755 });
    const PATH = `${bin}${path.delimiter}${env.PATH}`;
    const call = (args: string[], extra: NodeJS.ProcessEnv = {}) =>
      task(["new-exp", "EXP=exp003", ...args], { [variable]: undefined, ...extra, PATH });
    const given = ["new", "--", "exp003"];
    expect(await call([])).toEqual([null, ...given]);
    expect(await call([`${variable}=false`])).toEqual(["false", ...given]);
    expect(await call([], { [variable]: "true" })).toEqual(["true", ...given]);
    expect(await call([`${variable}=false`], { [variable]: "true" })).toEqual(["false", ...given]);
    for (const value of hostile)
      expect(await call([`${variable}=${value}`])).toEqual([value, ...given]);
    await rm(bin, { recursive: true });
    expect((await readdir(folder)).toSorted()).toEqual(["Taskfile.yml", "bin"]);
  });

  test("wants EXP where there is no default", async () => {
    for (const name of ["train-local", "submit", "run-local"])
      expect(await task([name])).not.toBe(0);
  });
});
