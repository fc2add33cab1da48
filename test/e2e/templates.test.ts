import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { x } from "tinyexec";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseMetrics } from "../../src/core/score/metrics-file.ts";
import { proveScore } from "../../src/operations/score/prove-score.ts";
import { openWorkspace } from "../../src/storage/workspace/workspace.ts";
import {
  type Competition,
  layOutWorkspace,
  readCsvRows,
  type Row,
} from "../support/tabular-competition.ts";
import { repository, sharedPython, toolEnv } from "../support/tools.ts";

let python = "";
let store = "";
const made: string[] = [];

beforeAll(async () => {
  python = await sharedPython();
  // Making MLflow's tables takes seconds: the tests share a store.
  const folder = await mkdtemp(path.join(tmpdir(), "crossfold-mlflow-"));
  made.push(folder);
  store = `sqlite:///${folder}/mlflow.db`;
});

afterAll(async () => {
  await Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true })));
});

async function layOut(
  template: string,
  files: Competition["files"],
  target: string,
  validation = "strategy: StratifiedKFold, n_splits: 3",
) {
  const project = `data: { id: id${target} }
metric: { name: logloss, direction: minimize }
validation: { ${validation}, seed: 7 }
`;
  const root = await layOutWorkspace({ files, project, template });
  made.push(root);
  return { root, artifacts: path.join(root, "models", "exp001", "artifacts") };
}

async function train(root: string, ...args: string[]) {
  const nodeOptions = { cwd: root, env: toolEnv({ MLFLOW_TRACKING_URI: store }) };
  return x(python, ["models/exp001/train.py", ...args], { nodeOptions });
}

const kinds = ["cat", "dog", "fox"];
/** Labels of pictures: ids and classes, no column to learn from, and no test.csv. */
const labels: Competition["files"] = {
  "train.csv": Array.from({ length: 60 }, (_, k) => ({ id: `a${k}`, kind: kinds[k % 3]! })),
  "sample_submission.csv": Array.from({ length: 9 }, (_, k): Row => ({
    id: `t${k}`,
    kind_fox: 0,
    kind_cat: 1,
    kind_dog: 0,
  })),
};

test("bare predicts how often each class occurs, with every file of a run", async () => {
  const { root, artifacts } = await layOut("bare", labels, ", target: kind");
  const { exitCode, stderr } = await train(root, "--config.epochs", "3");
  expect(exitCode, stderr).toBe(0);
  const text = await readFile(path.join(artifacts, "metrics.json"), "utf8");
  expect(JSON.parse(text)).toMatchObject({ kind: "multiclass", config: { epochs: 3 } });
  const expected = { nSplits: 3, metric: "logloss", direction: "minimize" as const };
  const metrics = parseMetrics(text, "metrics.json", expected);
  const proof = await proveScore(await openWorkspace(root), artifacts, metrics);
  expect(proof.verdict).toBe("verified");
  expect(metrics.cv_score).toBeCloseTo(Math.log(3), 1);
  const submission = await readCsvRows(path.join(artifacts, "submission.csv"));
  expect(submission).toHaveLength(9);
  expect(Number(submission[0]!.kind_fox)).toBeCloseTo(1 / 3, 1);
  expect(await readCsvRows(path.join(artifacts, "test_predictions.csv"))).toHaveLength(27);
  expect(existsSync(path.join(artifacts, "calibration.png"))).toBe(true);
});

test.for(["RepeatedKFold", "RepeatedStratifiedKFold"])(
  "%s validates each row once a repeat, in folds that are numbered through",
  async (strategy) => {
    const validation = `strategy: ${strategy}, n_splits: 3, n_repeats: 2`;
    const { root, artifacts } = await layOut("bare", labels, ", target: kind", validation);
    const { exitCode, stdout, stderr } = await train(root);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^fold 1\/6 .*\n(.*\n){4}fold 6\/6 /);

    const ws = await openWorkspace(root);
    const text = await readFile(path.join(artifacts, "metrics.json"), "utf8");
    const expected = { nSplits: 3, nRepeats: 2, metric: "logloss", direction: "minimize" as const };
    const metrics = parseMetrics(text, "metrics.json", expected);
    expect(metrics).toMatchObject({ cv_is: "oof", validation: { n_splits: 3, n_repeats: 2 } });
    const { folds_sha256 } = metrics.validation;
    expect(await proveScore(ws, artifacts, metrics)).toMatchObject({
      verdict: "verified",
      rows: { scored: 60, of: 60 },
      folds_sha256,
    });

    const oof = await readCsvRows(path.join(artifacts, "oof.csv"));
    const ids = labels["train.csv"]!.map(({ id }) => String(id));
    expect(oof.map(({ id }) => id)).toEqual([...ids, ...ids]);
    const folds = await readCsvRows(path.join(artifacts, "folds.csv"));
    expect(folds).toEqual(
      ids.map((id, row) => ({ id, fold: `${oof[row]!.fold} ${oof[row + 60]!.fold}` })),
    );
    expect(folds.every(({ fold }) => /^[012] [345]$/.test(fold!))).toBe(true);
    expect(await readCsvRows(path.join(artifacts, "test_predictions.csv"))).toHaveLength(9 * 6);
    expect(existsSync(path.join(artifacts, "confusion_matrix.png"))).toBe(true);
  },
);

test("bare submits the sample's values where no table holds the answers, and claims no score", async () => {
  const { "sample_submission.csv": sample } = labels;
  const { root, artifacts } = await layOut("bare", { "sample_submission.csv": sample! }, "");
  await mkdir(path.join(root, "data/input/small/train"));
  const { exitCode, stdout, stderr } = await train(root);
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toContain("there is no score");
  const submission = await readCsvRows(path.join(artifacts, "submission.csv"));
  expect(submission[0]).toEqual({ id: "t0", kind_fox: "0", kind_cat: "1", kind_dog: "0" });
  expect(existsSync(path.join(artifacts, "metrics.json"))).toBe(false);
});

const texts: Competition["files"] = {
  ...labels,
  "train.csv": labels["train.csv"]!.map((row, k) =>
    Object.assign({}, row, { text: `said ${k}`, one: 1 }),
  ),
  "test.csv": labels["sample_submission.csv"]!.map(({ id }, k) => ({ id: id!, text: `x ${k}` })),
};
const noTable: Record<string, [Competition["files"], target: string, RegExp]> = {
  "labels alone": [labels, ", target: kind", /no column to learn from/],
  "texts that all differ": [texts, ", target: kind", /no column to learn from/],
  "no target and no train.csv": [{}, "", /data\.target are needed/],
};

test.for(Object.entries(noTable))(
  "the tabular template, given %s, names bare",
  async ([, [files, target, message]]) => {
    const { root, artifacts } = await layOut("models", files, target);
    const { exitCode, stderr } = await train(root);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).toContain("crossfold new --template bare");
    expect(stderr).not.toContain("Traceback");
    expect(existsSync(path.join(artifacts, "metrics.json"))).toBe(false);
  },
);

test("a train.csv that is no table names bare", async () => {
  const { root } = await layOut("models", {}, ", target: kind");
  await mkdir(path.join(root, "data/input/small/train.csv"));
  expect((await train(root)).stderr).toMatch(/is a folder, not a table\n(.*\n)*.*--template bare/);
});

const table: Competition["files"] = {
  "train.csv": Array.from({ length: 90 }, (_, k) => ({
    id: `a${k}`,
    size: (k * 37) % 90,
    colour: ["red", "blue"][k % 2]!,
    kind: kinds[Math.floor(((k * 37) % 90) / 30)]!,
  })),
  "test.csv": Array.from({ length: 9 }, (_, k) => ({ id: `t${k}`, size: k * 10, colour: "red" })),
  "sample_submission.csv": labels["sample_submission.csv"]!,
};

/** A model whose result tells what it was given, that draws from numpy's global state, and is a class of train.py. */
const drawing = `
class Drawn:
    def __init__(self, target, fold):
        self.k, self.draw = len(target.classes), np.random.rand()
        (fold.folder / "note.txt").write_text(f"{fold.number} {fold.seed} {self.draw}")

    def predict(self, X):
        return np.tile(np.eye(self.k)[0] * self.draw + (1 - self.draw) / self.k, (X.height, 1))


def fit(df, targets, fold, project, config):
    return {target.name: Drawn(target, fold) for target in targets}


def predict(`;

test("a fold depends on its arguments alone, keeps its folder, and may be a class of train.py", async () => {
  const { root, artifacts } = await layOut("models", table, ", target: kind");
  const script = path.join(root, "models", "exp001", "train.py");
  await writeFile(script, (await readFile(script, "utf8")).replace("\ndef predict(", drawing));
  const { exitCode, stderr } = await train(root, "--config.seed", "5");
  expect(exitCode, stderr).toBe(0);
  const notes = await Promise.all(
    [0, 1, 2].map((fold) => readFile(path.join(artifacts, `folds/${fold}/note.txt`), "utf8")),
  );
  const draws = notes.map((note) => note.split(" ")[2]);
  expect(notes.map((note) => note.split(" ").slice(0, 2).join(" "))).toEqual(["0 5", "1 5", "2 5"]);
  expect(new Set(draws).size).toBe(1);
});

test("predict is told what is wrong with its answer", async () => {
  const { root } = await layOut("models", table, ", target: kind");
  const script = path.join(root, "models", "exp001", "train.py");
  const wrong = "one.predict(X) for name, one in model.items()";
  const text = (await readFile(script, "utf8")).replace(/one\.predict_proba[^}]*/, wrong);
  await writeFile(script, text);
  const { stderr } = await train(root, "--debug");
  expect(stderr).toMatch(
    /predict\(\) in train\.py must give finite numbers for the target 'kind', in 30 rows and 3 columns, one a class; it gave an array of shape \(30,\)/,
  );
  expect(stderr).not.toContain("Traceback");
});

test("the templates differ in train.py and Config only", async () => {
  const templates = path.join(repository, "templates", "workspace", "templates");
  const read = (name: string) => readFile(path.join(templates, name), "utf8");
  expect(await read("bare/inference.py")).toBe(await read("models/inference.py"));
  const below = async (name: string) => (await read(name)).split("class DirectorySettings")[1];
  expect(await below("bare/settings.py")).toBe(await below("models/settings.py"));
});
