import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { x } from "tinyexec";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { crossfold } from "../support/cli.ts";
import { layOutWorkspace, readCsvRows } from "../support/tabular-competition.ts";
import { modelPackages, repository, sharedPython, toolEnv } from "../support/tools.ts";

/** The diffs of docs/models.md by their headings. */
async function diffsOfPage(): Promise<Map<string, string>> {
  const page = await readFile(path.join(repository, "docs", "models.md"), "utf8");
  const found = page.matchAll(/^## (.+)\n(?:(?!^## )[^])*?^```diff\n([^]*?)^```/gm);
  return new Map([...found].map(([, title, diff]) => [title!.toLowerCase(), diff!]));
}

/** Top-level definitions of a Python file by name; what stands before the first is `imports`. */
function definitionsOf(text: string): Map<string, string> {
  const parts = text.split(/^(?=(?:def|class) )/m);
  return new Map(
    parts.map((part) => [/^(?:def|class) (\w+)/.exec(part)?.[1] ?? "imports", part.trimEnd()]),
  );
}

let python = "";
let packages = "";
let root = "";
let store = "";
let diffs = new Map<string, string>();
const experiment = (model: string) => `exp001_${model}`;
const folderOf = (model: string) => path.join(root, "models", experiment(model));

const kinds = ["a", "b", "c"];
const rows = Array.from({ length: 120 }, (_, k) => ({
  id: `r${k}`,
  size: k % 11 === 0 ? null : (k * 37) % 120,
  colour: k % 13 === 0 ? null : ["red", "blue", "green"][k % 3]!,
  city: `city ${k % 40}`,
  seen: `2025-0${1 + (k % 9)}-1${k % 10}`,
  kind: kinds[Math.floor(((k * 37) % 120) / 40)]!,
}));

beforeAll(async () => {
  [python, packages, diffs] = [await sharedPython(), await modelPackages(), await diffsOfPage()];
  const files = {
    "train.csv": rows.slice(0, 90),
    "test.csv": rows.slice(90).map((row) => Object.assign({}, row, { kind: "" })),
    "sample_submission.csv": rows
      .slice(90)
      .map(({ id }) => ({ id, kind_a: 0, kind_b: 0, kind_c: 1 })),
  };
  const project = `data: { id: id, target: kind }
metric: { name: logloss, direction: minimize }
validation: { strategy: StratifiedKFold, n_splits: 3, seed: 7 }
`;
  root = await layOutWorkspace({ files, project });
  const mlflow = await mkdtemp(path.join(tmpdir(), "crossfold-mlflow-"));
  store = `sqlite:///${mlflow}/mlflow.db`;
  for (const [model, diff] of diffs) await applyDiff(model, diff);
});

afterAll(async () => {
  for (const folder of [root, path.dirname(store.replace("sqlite:///", ""))])
    if (folder.startsWith(tmpdir())) await rm(folder, { recursive: true, force: true });
});

/** A fresh experiment with the page's diff applied as the page says. */
async function applyDiff(model: string, diff: string): Promise<void> {
  const folder = folderOf(model);
  await cp(path.join(root, "models", "exp001"), folder, { recursive: true });
  for (const name of await readdir(folder)) {
    if (!name.endsWith(".py")) continue;
    const text = await readFile(path.join(folder, name), "utf8");
    await writeFile(path.join(folder, name), text.replaceAll("exp001", experiment(model)));
  }
  const file = path.join(root, "model.diff");
  await writeFile(file, diff);
  const args = ["apply", `--directory=models/${experiment(model)}`, file];
  const { exitCode, stderr } = await x("git", args, { nodeOptions: { cwd: root, env: toolEnv() } });
  expect(exitCode, `${model}: ${stderr}`).toBe(0);
}

const models = ["lightgbm", "xgboost", "catboost", "pytorch"];

describe("the diffs of docs/models.md", () => {
  test("are those of four libraries, and change fit, imports and Config alone", async () => {
    expect([...diffs.keys()]).toEqual(models);
    const before = definitionsOf(await readFile(path.join(root, "models/exp001/train.py"), "utf8"));
    for (const model of models) {
      const text = await readFile(path.join(folderOf(model), "train.py"), "utf8");
      const after = definitionsOf(text.replaceAll(experiment(model), "exp001"));
      const changed = [...after].filter(([name, part]) => before.get(name) !== part);
      const expected = ["imports", ...(model === "pytorch" ? ["Network"] : []), "fit"];
      expect(changed.map(([name]) => name)).toEqual(expected);
      expect([...before.keys()].filter((name) => !after.has(name))).toEqual([]);
    }
  });

  test("leave check, ruff and ty nothing to say, also where torch is not installed", async () => {
    const checked = await crossfold(["check", "--json"], { cwd: root });
    expect(checked.exitCode, checked.stdout).toBe(0);
    expect(JSON.parse(checked.stdout).findings).toEqual([]);
    const search = ["--extra-search-path", packages];
    const uses = {
      ruff: ["-m", "ruff", "check", "--no-cache", "models"],
      "ruff format": ["-m", "ruff", "format", "--check", "--no-cache", "models"],
      ty: ["-m", "ty", "check", "--python", python, "--error-on-warning", ...search],
    };
    for (const [name, args] of Object.entries(uses)) {
      const result = await x(python, args, { nodeOptions: { cwd: root, env: toolEnv() } });
      expect(result.exitCode, `${name}:\n${result.stdout}${result.stderr}`).toBe(0);
    }
  });

  test.for(models.filter((model) => model !== "pytorch"))("%s trains", async (model) => {
    const env = toolEnv({ MLFLOW_TRACKING_URI: store, PYTHONPATH: packages });
    const script = path.join(folderOf(model), "train.py");
    const args = [
      script,
      "--config.epochs=12",
      "--config.learning-rate=0.3",
      "--config.max-categories=10",
    ];
    const { exitCode, stderr } = await x(python, args, { nodeOptions: { cwd: root, env } });
    expect(exitCode, stderr).toBe(0);
    expect(stderr).not.toMatch(/Warning/);
    const artifacts = path.join(folderOf(model), "artifacts");
    const metrics = JSON.parse(await readFile(path.join(artifacts, "metrics.json"), "utf8"));
    expect(metrics).toMatchObject({ config: { epochs: 12, learning_rate: 0.3 } });
    expect(metrics.cv_score).toBeLessThan(0.9);
    expect(await readCsvRows(path.join(artifacts, "test_predictions.csv"))).toHaveLength(90);
    for (const row of await readCsvRows(path.join(artifacts, "submission.csv"))) {
      const sum = Number(row.kind_a) + Number(row.kind_b) + Number(row.kind_c);
      expect(sum).toBeCloseTo(1, 6);
    }
  });
});
