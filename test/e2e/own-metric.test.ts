import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { x } from "tinyexec";
import { beforeAll, describe, expect, test } from "vitest";
import type { Column } from "../../src/core/metrics/column.ts";
import { toMetricRows } from "../../src/core/metrics/metric-rows.ts";
import { parseMetrics } from "../../src/core/score/metrics-file.ts";
import { proveScore } from "../../src/operations/score/prove-score.ts";
import { runOwnMetric } from "../../src/python/run-own-metric.ts";
import { openWorkspace } from "../../src/storage/workspace/workspace.ts";
import { crossfold, makeTempFolder } from "../support/cli.ts";
import { trainFewEpochs } from "../support/few-epochs.ts";
import { type Competition, layOutWorkspace, type Row } from "../support/tabular-competition.ts";
import { copyMlflowStore, sharedPython, toolEnv } from "../support/tools.ts";
import { testContext } from "../support/workspace.ts";

let python = "";
let scratch = "";
beforeAll(async () => {
  python = await sharedPython();
  scratch = await makeTempFolder();
});

const numpy = "import numpy as np\n";
const mae = `${numpy}def own(y_true, y_pred):\n    return np.mean(np.abs(y_pred - y_true))\n`;
const truth = Float64Array.from([1, 2, 3, 4, 5, 6]);
const guess = Float64Array.from([1, 2, 3, 4, 6, 9]);

interface Call {
  actual?: readonly Column[];
  predicted?: readonly { name: string; values: Column }[];
  classes?: string[];
  sets?: (Int32Array | undefined)[];
  env?: Record<string, string>;
}

/** What a function gives for six rows of numbers, or for others. */
async function call(source: string, given: Call = {}) {
  const { actual = [truth], predicted = [{ name: "pred", values: guess }], sets, env } = given;
  const metric = { metric: "own", file: "metrics/own.py", name: "own", sha256: "" };
  const rows = toMetricRows({ actual, predicted, classes: given.classes });
  if ("impossible" in rows) throw new Error(rows.impossible);
  const own = { ...metric, source: Buffer.from(source) };
  const context = { env: { ...toolEnv(), ...env } };
  return runOwnMetric(context, python, scratch, own, rows, sets ?? [undefined]);
}

describe.concurrent("a function of one's own", () => {
  test("is called for all rows and for each set of them", async () => {
    const sets = [undefined, Int32Array.of(0, 1, 2, 3), Int32Array.of(4, 5)];
    expect(await call(mae, { sets })).toEqual([4 / 6, 0, 2]);
  });

  test("gets texts where values are no numbers, and 1 and 0 for True and False", async () => {
    const equal = `${numpy}def own(y_true, y_pred):\n    return (y_true == y_pred).mean()\n`;
    const labels = { actual: [["a", "紅茶", "b"]], values: ["a", "紅茶", "a"] };
    const words = { actual: labels.actual, predicted: [{ name: "pred", values: labels.values }] };
    expect(await call(equal, words)).toEqual([2 / 3]);
    const sum = `${numpy}def own(y_true, y_pred):\n    return y_true.sum() * 10 + y_pred.sum()\n`;
    const yes = { name: "pred", values: ["1", "1.0", "0"] };
    expect(await call(sum, { actual: [["True", "true", "False"]], predicted: [yes] })).toEqual([
      22,
    ]);
  });

  test("gets a column for each target, and probabilities in the order of the classes", async () => {
    const shape = `${numpy}def own(y_true, y_pred):\n    assert y_true.shape == y_pred.shape == (6, 2)\n    return np.abs(y_true - y_pred).sum()\n`;
    const both = [guess, truth].map((values, k) => ({ name: `pred_${k}`, values }));
    expect(await call(shape, { actual: [truth, truth], predicted: both })).toEqual([4]);
    const first = `${numpy}def own(y_true, y_pred):\n    return float(y_pred[y_true == "cat", 0].mean() - y_pred[:, 1].mean())\n`;
    const columns = [
      { name: "pred_dog", values: Float64Array.of(0.1, 0.9, 0.2) },
      { name: "pred_cat", values: Float64Array.of(0.9, 0.1, 0.8) },
    ];
    const [score] = await call(first, { actual: [["cat", "dog", "cat"]], predicted: columns });
    expect(score).toBeCloseTo(0.85 - 0.4);
  });

  test("may change its arguments, print, fork and leave a process behind", async () => {
    const rude = `${numpy}import os, subprocess, sys
def own(y_true, y_pred):
    print("{]" * 1000); print("{]", file=sys.stderr)
    subprocess.Popen(["sleep", "600"])
    result = float(np.abs(y_pred - y_true).mean())
    y_true[:] = 0; y_pred[:] = 7
    return result if os.fork() else 0.0
`;
    expect(await call(rude, { sets: [undefined, undefined] })).toEqual([4 / 6, 4 / 6]);
  });

  const faults: Record<string, [source: string, message: RegExp]> = {
    "has another name": ["def other(y_true, y_pred): return 1.0", /^it has no function own$/],
    "is not Python": ["def own(\n", /^SyntaxError/],
    "imports what lies beside": ["import beside\ndef own(a, b): return 1.0", /stands alone/],
    "is random": [`${numpy}def own(a, b): return np.random.rand()`, /not a function of the rows/],
    "depends on the order": ["def own(a, b): return float(b[0])", /not a function of the rows/],
    "is a constant": ["def own(a, b): return 0.001", /^own gives 0.001 whatever the predictions/],
    "ends the process": ["import os\ndef own(a, b): os._exit(0)", /gave no score: exit code 0/],
    "writes half a result": [
      "import os, sys\nopen(sys.argv[1] + '/result.json', 'w').write('{')\nos._exit(0)",
      /gave no score: exit code 0/,
    ],
    "writes too few scores": [
      'import os, sys\nopen(sys.argv[1] + "/result.json", "w").write(\'{"sets":[]}\')\nos._exit(0)',
      /gave no score: exit code 0/,
    ],
    "removes the rows": [
      "import os, shutil, sys\nshutil.rmtree(sys.argv[1])\nos._exit(0)",
      /gave no score: exit code 0/,
    ],
    "takes too long": ["import time\ndef own(a, b): time.sleep(60)", /longer than 1 s/],
  };
  test.for(Object.entries(faults))("is refused where it %s", async ([, [source, message]]) => {
    await writeFile(path.join(scratch, "beside.py"), "");
    const env = source.includes("sleep") ? { CROSSFOLD_METRIC_TIMEOUT: "1" } : {};
    const sets = [undefined, Int32Array.of(0, 1, 2, 3)];
    await expect(call(source, { sets, env })).rejects.toMatchObject({
      code: "own-metric",
      message: expect.stringMatching(message),
      at: { file: "metrics/own.py" },
    });
  });

  const none: Record<string, [body: string, message: RegExp, line: number | null]> = {
    raises: ["\n    x = 1\n    return x / 0", /^ZeroDivisionError: division by zero$/, 3],
    exits: [" raise SystemExit(0)", /^SystemExit/, 1],
    "returns nothing": [" pass", /^own returned None, not a number$/, null],
    "returns text": [' return "0.5"', /^own returned '0.5', not a number$/, null],
    "returns True": [" return True", /not a number/, null],
    "returns an array": [" return a", /not a number/, null],
    "returns NaN": [' return float("nan")', /^own returned nan, which is no score$/, null],
  };
  test.for(Object.entries(none))(
    "has no score where it %s, and says at which line",
    async ([, [body, impossible, line]]) => {
      const [score] = await call(`def own(a, b):${body}\n`);
      expect(score).toEqual({ impossible: expect.stringMatching(impossible), line });
    },
  );
});

const brier = `${numpy}
def own(y_true, y_pred):
    assert y_true.dtype.kind == "U" and y_pred.shape == (len(y_true), 3)
    onehot = y_true[:, None] == np.array(["cat", "dog", "fox"])
    return float(((y_pred - onehot) ** 2).sum(axis=1).mean())
`;
const errors = `${numpy}
def own(y_true, y_pred):
    assert y_true.shape == y_pred.shape == (len(y_true), 2)
    return float((y_true != y_pred).mean())
`;
const kinds = ["cat", "dog", "fox"];
const yes = (k: number, of: number) => (k % of === 0 ? 1 : 0);

const classes: [string, { source: string; target: string; files: Competition["files"] }][] = [
  [
    "probabilities, which a column a class asks for",
    {
      source: brier,
      target: "kind",
      files: {
        "train.csv": Array.from({ length: 60 }, (_, k) => ({ id: `a${k}`, kind: kinds[k % 3]! })),
        "sample_submission.csv": Array.from({ length: 5 }, (_, k): Row => ({
          id: `t${k}`,
          fox: 0,
          cat: 1,
          dog: 0,
        })),
      },
    },
  ],
  [
    "labels of two targets",
    {
      source: errors,
      target: "[red, blue]",
      files: {
        "train.csv": Array.from({ length: 60 }, (_, k): Row => ({
          id: `a${k}`,
          red: yes(k, 3),
          blue: yes(k, 4),
        })),
        "sample_submission.csv": Array.from({ length: 5 }, (_, k): Row => ({
          id: `t${k}`,
          red: 0,
          blue: 0,
        })),
      },
    },
  ],
];

test.concurrent.for(classes)(
  "the harness trains on %s, and predicts where the function is not",
  async ([, { source, target, files }]) => {
    const project = `data: { id: id, target: ${target} }
metric: { name: own, direction: minimize, function: metrics/own.py:own, range: [0, 2] }
validation: { strategy: KFold, n_splits: 3, seed: 7 }
`;
    const root = await layOutWorkspace({ files, project, template: "bare" });
    await copyMlflowStore(root);
    await mkdir(path.join(root, "metrics"));
    await writeFile(path.join(root, "metrics", "own.py"), source);
    const env = toolEnv({ CROSSFOLD_PYTHON: python });
    const run = (script: string) =>
      x(python, [`models/exp001/${script}`], { nodeOptions: { cwd: root, env } });
    const trained = await run("train.py");
    expect(trained.exitCode, trained.stderr).toBe(0);
    const artifacts = path.join(root, "models", "exp001", "artifacts");
    const text = await readFile(path.join(artifacts, "metrics.json"), "utf8");
    const expected = { nSplits: 3, metric: "own", direction: "minimize" as const };
    const metrics = parseMetrics(text, "metrics.json", expected);
    const context = { ...testContext({ root }), env };
    expect(
      await proveScore(await openWorkspace(root), artifacts, metrics, { context }),
    ).toMatchObject({ verdict: "verified", summary: expect.stringMatching(/each fold too$/) });

    await rm(path.join(root, "metrics"), { recursive: true });
    const predicted = await run("inference.py");
    expect(predicted.exitCode, predicted.stderr).toBe(0);
    await rm(root, { recursive: true });
  },
);

const waste = `"""Waste costs three times what an unsold order costs."""
import numpy as np

def waste(y_true, y_pred):
    gap = y_pred - y_true
    return float(np.mean(np.where(gap > 0, 3.0 * gap, -gap)))
`;
const cost = (rows: readonly { y: number; pred: number }[]) =>
  rows.reduce((sum, { y, pred }) => sum + (pred > y ? 3 * (pred - y) : y - pred), 0) / rows.length;

const number = (id: number) => 100 + ((id * 37) % 50) + (id % 7) / 10;
const table = (header: string, from: number, to: number, line: (id: number) => string) =>
  `${[header, ...Array.from({ length: to - from }, (_, k) => line(from + k))].join("\n")}\n`;

test("a competition under it: trained, verified and graded by the function", async () => {
  const root = await makeTempFolder();
  const env = toolEnv({ CROSSFOLD_PYTHON: python });
  const file = (name: string) => path.join(root, name);
  const read = (name: string) => readFile(file(name), "utf8");
  const run = async (...args: string[]) => {
    const { stdout, stderr, exitCode } = await crossfold([...args, "--json"], { cwd: root, env });
    expect(exitCode, stderr + stdout).toBe(0);
    return JSON.parse(stdout);
  };
  await mkdir(file("data/grading"), { recursive: true });
  await writeFile(
    file("train.csv"),
    table("id,x,y", 0, 100, (id) => `${id},${(id * 37) % 50},${number(id)}`),
  );
  await writeFile(
    file("test.csv"),
    table("id,x", 100, 140, (id) => `${id},${(id * 37) % 50}`),
  );
  await writeFile(
    file("sample_submission.csv"),
    table("id,y", 100, 140, (id) => `${id},0`),
  );
  await writeFile(
    file("data/grading/solution.csv"),
    table("id,y,Usage", 100, 140, (id) => `${id},${number(id)},${id % 2 ? "Public" : "Private"}`),
  );
  await run("init", "--competition", "bakery", "--metric", "waste", "--direction", "minimize");
  await copyMlflowStore(root);
  await mkdir(file("metrics"));
  await writeFile(file("metrics/waste.py"), waste);
  const project = await read("project.yml");
  const declared = "direction: minimize, function: metrics/waste.py:waste, range: [0, 1000]";
  await writeFile(file("project.yml"), project.replace("direction: minimize", declared));
  await run("new");
  await trainFewEpochs(file("models/exp001"));
  await run("train", "exp001", "--on", "local", "--no-check");

  const line = JSON.parse((await read("models/exp001/scores.jsonl")).trim());
  expect(line).toMatchObject({
    metric: "waste",
    proof: { verdict: "verified", summary: expect.stringMatching(/each fold too$/) },
    metric_sha256: createHash("sha256").update(waste).digest("hex"),
    rows: { scored: 100, of: 100 },
    partial: null,
  });
  const oof = (await read("models/exp001/artifacts/oof.csv")).trim().split("\n").slice(1);
  const rows = oof.map((text) => ({
    y: Number(text.split(",")[1]),
    pred: Number(text.split(",")[2]),
  }));
  expect(line.score).toBeCloseTo(cost(rows), 6);

  const submitted = (await read("models/exp001/artifacts/submission.csv")).trim().split("\n");
  const graded = submitted.slice(1).flatMap((text) => {
    const [id, pred] = text.split(",").map(Number) as [number, number];
    return id % 2 ? [{ y: number(id), pred }] : [];
  });
  const submission = await run("submit", "exp001");
  expect(submission.public).toBeCloseTo(cost(graded), 6);

  // Of a script that rewrites the function while it trains, the function of the start counts.
  const script = await read("models/exp001/train.py");
  const rewrite = `for folder in (settings.root, Path(${JSON.stringify(root)})):
            (folder / "metrics" / "waste.py").write_text("def waste(y_true, y_pred): return 0.0\\n")
        `;
  await writeFile(
    file("models/exp001/train.py"),
    `from pathlib import Path\n${script.replace("save_metrics(result", `${rewrite}save_metrics(result`)}`,
  );
  await run("train", "exp001", "--on", "local", "--no-check");
  const lines = (await read("models/exp001/scores.jsonl")).trim().split("\n");
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({
    score: line.score,
    proof: { verdict: "verified" },
    metric_sha256: line.metric_sha256,
  });
  expect(await read("metrics/waste.py")).toContain("return 0.0");

  await writeFile(file("metrics/waste.py"), waste.replace("-gap)", "1 // 0)"));
  const again = await crossfold(["submit", "exp001"], { cwd: root, env });
  expect(again.exitCode).toBe(1);
  expect(again.stderr).toMatch(/cannot be graded: metrics\/waste\.py:6: ZeroDivisionError/);
});
