// A workspace of many experiments, twice as many runs and as many tasks, as `new`, `train` and `record` leave it.
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const strategies = ["StratifiedKFold", "KFold", "GroupKFold"];
const ideas = [
  "target encoding of the city beats one-hot columns",
  "a deeper tree with a smaller learning rate",
  "the log of the price is nearer to a normal distribution",
  "seed averaging over three seeds steadies the score",
  "days since the last order tell who comes back",
];

/** Makes it in `folder`, or leaves it where an earlier call made it whole. */
export function makeScaleWorkspace(folder, count) {
  const whole = path.join(folder, ".whole");
  if (existsSync(whole)) return;
  rmSync(folder, { recursive: true, force: true });
  for (const below of ["models", "backlog/tasks", "templates/models", "data/input/scale"])
    mkdirSync(path.join(folder, below), { recursive: true });
  mkdirSync(path.join(folder, ".crossfold", "runs"), { recursive: true });
  writeFileSync(path.join(folder, "project.yml"), project);
  writeFileSync(path.join(folder, "backlog", "config.yml"), backlogConfig);
  writeFileSync(path.join(folder, "templates", "models", "train.py"), trainSource("exp000", 0));
  writeFileSync(path.join(folder, "templates", "models", "settings.py"), "SEED = 42\n");
  writeFileSync(path.join(folder, "templates", "models", "inference.py"), "import train\n");
  writeFileSync(path.join(folder, ".gitignore"), ".crossfold/\nmodels/*/artifacts/\n");
  for (let number = 1; number <= count; number += 1) makeExperiment(folder, number);
  writeFileSync(whole, "");
}

export function experimentName(number) {
  return `exp${String(number).padStart(3, "0")}`;
}

function makeExperiment(root, number) {
  const name = experimentName(number);
  const folder = path.join(root, "models", name);
  const parent = number === 1 ? null : experimentName(Math.max(1, number - 1 - (number % 7)));
  const idea = `${ideas[number % ideas.length]} (${number})`;
  mkdirSync(folder);
  const hypothesis = number % 3 === 0 ? "null" : JSON.stringify(idea);
  writeFileSync(
    path.join(folder, "experiment.yml"),
    `name: ${name}\nparent: ${parent}\ntask: TASK-${number}\nhypothesis: ${hypothesis}\ncriteria:\n  - 1\n  - 2\ncreated: ${time(number, 0)}\n`,
  );
  writeFileSync(path.join(folder, "train.py"), trainSource(name, number));
  writeFileSync(path.join(folder, "settings.py"), `NAME = "${name}"\n`);
  makeRun(root, number, true);
  const full = makeRun(root, number, false);
  const lines = [cvLine(number, full)];
  if (number % 10 === 0) lines.push(lbLine(number));
  writeFileSync(
    path.join(folder, "scores.jsonl"),
    lines.map((one) => `${JSON.stringify(one)}\n`).join(""),
  );
  const file = `task-${number} - ${name}-${ideas[number % ideas.length].replaceAll(/\W+/g, "-")}.md`;
  writeFileSync(path.join(root, "backlog", "tasks", file), taskText(number, name, parent, idea));
}

function makeRun(root, number, debug) {
  const name = experimentName(number);
  const created = time(number, debug ? 1 : 5);
  const stamp = created.slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  const id = `${stamp}-${name}-${debug ? "d" : "f"}${(number % 46656).toString(36).padStart(3, "0")}`;
  const folder = path.join(root, ".crossfold", "runs", id);
  mkdirSync(path.join(folder, "artifacts"), { recursive: true });
  const write = (file, value) => writeFileSync(path.join(folder, file), value);
  const supervisor = { pid: 100_000 + number, started: "4242" };
  const child = { pid: 200_000 + number, started: "4243" };
  const ended = { started: time(number, debug ? 2 : 6), ended: time(number, debug ? 3 : 9) };
  const state = {
    state: "succeeded",
    updated: ended.ended,
    ...ended,
    supervisor,
    child,
    exitCode: 0,
    reason: null,
    cause: null,
    remote: false,
  };
  write("spec.json", `${JSON.stringify(spec(id, number, debug, created), null, 2)}\n`);
  write("state.json", `${JSON.stringify(state, null, 2)}\n`);
  write("processes.json", `${JSON.stringify({ supervisor, child }, null, 2)}\n`);
  write("rc", "0\n");
  write("output.log", `fold 0\nfold 1\nfold 2\nCV ${score(number)}\n`);
  write("artifacts/metrics.json", `{"cv_score": ${score(number)}}\n`);
  return id;
}

function spec(id, number, debug, created) {
  const name = experimentName(number);
  return {
    schema: 1,
    id,
    kind: "train",
    experiment: name,
    script: `models/${name}/train.py`,
    args: debug ? ["--debug"] : [],
    debug,
    backend: "local",
    command: ["/home/someone/ws/.venv/bin/python", "-u", `models/${name}/train.py`],
    created,
    git: { commit: hash(number, 40), branch: "main", dirty: number % 2 === 0 },
    hashes: {
      code: hash(number, 64),
      lock: hash(7, 64),
      project: hash(8, 64),
      data: {
        "data/input/scale/train.csv": hash(9, 64),
        "data/input/scale/test.csv": hash(10, 64),
      },
    },
    python: "3.12.7",
    host: { name: "workstation", platform: "linux", cpus: 16 },
  };
}

function cvLine(number, run) {
  const own = score(number);
  return {
    kind: "cv",
    at: time(number, 10),
    run,
    score: own,
    folds: [-2, -1, 0, 1, 2].map((step) => Number((own + step * 0.0021).toFixed(6))),
    cv_is: "oof",
    metric: "roc_auc",
    direction: "maximize",
    validation: { strategy: strategies[0], n_splits: 5, seed: 42 },
    config: {
      learning_rate: 0.01 * (1 + (number % 9)),
      num_leaves: 15 + (number % 5) * 16,
      feature_fraction: 0.8,
      n_estimators: 2000,
      early_stopping: 100,
      seed: 42,
      model: number % 4 === 0 ? "catboost" : "lightgbm",
    },
    proof: { verdict: "verified", summary: "computed again from 8,693 out-of-fold predictions" },
    target: ["y"],
    rows: { scored: 8693, of: 8693 },
    partial: null,
    folds_sha256: hash(11, 64),
    oof_sha256: hash(number + 1, 64),
    warnings: [],
    git_commit: hash(number, 40),
    code_sha256: hash(number, 64),
    data_sha256: { "data/input/scale/train.csv": hash(9, 64) },
  };
}

function lbLine(number) {
  const at = time(number, 12);
  const lb = Number((score(number) - 0.004).toFixed(6));
  return {
    kind: "lb",
    at,
    side: "public",
    score: lb,
    source: "given",
    submission: null,
    file_sha256: null,
  };
}

function taskText(number, name, parent, idea) {
  const day = time(number, 0).slice(0, 16).replace("T", " ");
  const depends = number === 1 ? " []" : `\n  - TASK-${Number(parent.slice(3))}`;
  return `---
id: TASK-${number}
title: "${name}: ${idea}"
status: ${number % 5 === 0 ? "To Do" : "Done"}
assignee: []
created_date: "${day}"
updated_date: "${day}"
labels:
  - exp
  - ${name}
dependencies:${depends}
priority: medium
ordinal: ${number * 1000}
---

## Description

<!-- SECTION:DESCRIPTION:BEGIN -->
Hypothesis: ${idea}

What is tried here is one change to ${parent ?? "the baseline"}; nothing else differs.
<!-- SECTION:DESCRIPTION:END -->

## Acceptance Criteria
<!-- AC:BEGIN -->
- [x] #1 CV is recorded
- [ ] #2 The result is written down
<!-- AC:END -->

## Implementation Notes

<!-- SECTION:NOTES:BEGIN -->
CV ${score(number)} roc_auc (run of ${day}), learning_rate 0.05 -> ${0.01 * (1 + (number % 9))}
<!-- SECTION:NOTES:END -->
`;
}

function trainSource(name, number) {
  const features = Array.from({ length: 6 }, (_, at) => `f_${(number + at) % 40}_ratio`);
  return `"""Trains ${name}."""
import polars as pl

${features.map((one) => `def make_${one}(table: pl.DataFrame) -> pl.DataFrame:\n    return table.with_columns((pl.col("a") / pl.col("b")).alias("${one}"))\n`).join("\n")}

def main(debug: bool = False) -> None:
    print("${name}")
${"    # the rest of a training script, as long as those of the template are\n".repeat(40)}

if __name__ == "__main__":
    main()
`;
}

/** Ten minutes between experiments from the first of January 2026, in UTC. */
function time(number, minute) {
  return new Date(Date.UTC(2026, 0, 1, 0, number * 15 + minute)).toISOString();
}

function score(number) {
  return Number((0.8 + 0.1 * Math.sin(number * 12.9898) ** 2 * 0.5).toFixed(6));
}

/** Hex that looks like a digest and is the same each time. */
function hash(number, length) {
  let text = "";
  for (let at = 0; text.length < length; at += 1)
    text += ((number * 2_654_435_761 + at * 40_503 + 12_345) >>> 0).toString(16).padStart(8, "0");
  return text.slice(0, length);
}

const project = `competition_name: scale
competition_platform: local
data: { train: train.csv, test: test.csv, sample_submission: sample_submission.csv, id: id, target: y }
metric: { name: roc_auc, direction: maximize }
validation: { strategy: StratifiedKFold, n_splits: 5, seed: 42 }
`;

const backlogConfig = `project_name: "scale"
default_status: "To Do"
statuses: ["To Do", "In Progress", "Done"]
labels: []
date_format: yyyy-mm-dd
max_column_width: 20
auto_open_browser: false
default_port: 6420
remote_operations: false
auto_commit: false
bypass_git_hooks: false
check_active_branches: false
active_branch_days: 30
task_prefix: "task"
`;

// node bench/scale-workspace.mjs FOLDER EXPERIMENTS
if (process.argv[1] === fileURLToPath(import.meta.url))
  makeScaleWorkspace(path.resolve(process.argv[2]), Number(process.argv[3]));
