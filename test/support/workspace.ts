import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { findBacklog } from "../../src/backlog/backlog.ts";
import { createTask } from "../../src/backlog/create-task.ts";
import { initBacklog } from "../../src/backlog/init-backlog.ts";
import type { Task } from "../../src/backlog/task.ts";
import type { Context } from "../../src/core/context.ts";
import { draftExperimentTask } from "../../src/core/experiment/task-draft.ts";
import type { RunState } from "../../src/core/run/run.ts";
import type { RunSpec } from "../../src/core/run/run-spec.ts";
import { writeExperiment } from "../../src/storage/experiment/experiment-file.ts";
import { hashCompetitionData } from "../../src/storage/competition/data-hashes.ts";
import { artifactsOf, noteArtifacts } from "../../src/storage/run/run-artifacts.ts";
import { runFolder } from "../../src/storage/run/run-record.ts";
import { openWorkspace, paths, type Workspace } from "../../src/storage/workspace/workspace.ts";
import { afterFile } from "./after-file.ts";

export const testNow = new Date("2026-11-23T12:00:00Z");

const projectText = `competition_name: toy
competition_platform: local
data: { train: train.csv, test: test.csv, sample_submission: sample_submission.csv, id: id, target: target }
metric: { name: accuracy, direction: maximize }
validation: { strategy: StratifiedKFold, n_splits: 5, seed: 42 }
`;

/** A workspace in a temporary folder, gone after the test file: project.yml, an empty backlog, no experiment. */
export async function makeWorkspace(project = projectText): Promise<Workspace> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), "crossfold-ws-")));
  afterFile(() => rm(root, { recursive: true, force: true }));
  await writeFile(path.join(root, "project.yml"), project);
  await initBacklog(root, "toy");
  return openWorkspace(root);
}

/** What an operation takes from outside, in the workspace, at a fixed time. `news` is what progress said. */
export function testContext(
  ws: Pick<Workspace, "root">,
  now = testNow,
): Context & { news: string[] } {
  const news: string[] = [];
  return {
    cwd: ws.root,
    env: {},
    now: () => now,
    randomId: (length) => "k3f9k3f9k3f9".slice(0, length),
    progress: { step: (text) => news.push(text), portion: () => {}, output: () => {} },
    ask: undefined,
    write: () => {},
    onInterrupt: () => () => {},
    news,
  };
}

export interface ExperimentOptions {
  parent?: string;
  hypothesis?: string;
  created?: string;
  /** False: no task. */
  task?: boolean;
  /** By path relative to the experiment. */
  files?: Record<string, string>;
}

/** An experiment with experiment.yml, train.py and, unless told otherwise, the task that `new` makes. */
export async function addExperiment(
  ws: Workspace,
  name: string,
  options: ExperimentOptions = {},
): Promise<{ folder: string; task: Task | undefined }> {
  const { parent = null, hypothesis = null, created = "2026-11-20T09:00:00Z" } = options;
  const draft = draftExperimentTask({ name, hypothesis: hypothesis ?? undefined });
  const task =
    options.task === false
      ? undefined
      : await createTask(await findBacklog(ws.root), draft, { now: testNow });
  const folder = paths.experiment(ws, name);
  await writeExperiment(folder, { name, parent, task: task?.id ?? null, hypothesis, created });
  const files = { "train.py": `print("${name}")\n`, ...options.files };
  for (const [file, text] of Object.entries(files)) await write(path.join(folder, file), text);
  return { folder, task };
}

export interface RunOptions {
  id?: string;
  state?: RunState;
  exitCode?: number | null;
  debug?: boolean;
  kind?: "train" | "script";
  created?: string;
  /** Undefined: a run of an older version, which has none. */
  sequence?: number;
  log?: string;
  /** Text of metrics.json, or what to write as JSON; undefined: the run wrote none. */
  metrics?: string | object;
  /** Text of artifacts/oof.csv. */
  oof?: string;
  /** Text of more files in artifacts/, by name. */
  artifacts?: Record<string, string>;
  /** Of a script: the run whose artifacts it was given. */
  uses?: string;
  /** By path relative to the run's code/ folder. */
  code?: Record<string, string>;
}

/** The record of a run that has ended, with the artifacts that it left. Returns the run's id. */
export async function addRun(
  ws: Workspace,
  experiment: string,
  options: RunOptions = {},
): Promise<string> {
  const { id = `20261123-011530-${experiment}-k3f9`, state = "succeeded", debug = false } = options;
  const folder = runFolder(ws, id);
  const exitCode =
    options.exitCode === undefined ? (state === "succeeded" ? 0 : 1) : options.exitCode;
  const spec = makeSpec(id, experiment, options, await hashCompetitionData(ws));
  const ended = "2026-11-23T01:16:30Z";
  const states = { state, updated: ended, started: spec.created, ended, exitCode };
  await write(path.join(folder, "spec.json"), JSON.stringify(spec));
  await write(path.join(folder, "state.json"), JSON.stringify(states));
  if (exitCode !== null) await write(path.join(folder, "rc"), `${exitCode}\n`);
  await write(path.join(folder, "output.log"), options.log ?? "fold 0 done\n");
  for (const [file, text] of Object.entries(options.code ?? {}))
    await write(path.join(folder, "code", file), text);
  const artifacts = path.join(artifactsOf(folder), debug ? "debug" : "");
  if (options.metrics !== undefined) {
    const { metrics } = options;
    const text = typeof metrics === "string" ? metrics : JSON.stringify(metrics);
    await write(path.join(artifacts, "metrics.json"), text);
    if (!debug) await write(path.join(folder, "metrics.json"), text);
  }
  if (options.oof !== undefined) await write(path.join(artifacts, "oof.csv"), options.oof);
  for (const [name, text] of Object.entries(options.artifacts ?? {}))
    await write(path.join(artifacts, name), text);
  if (state === "succeeded" && !debug) await noteArtifacts(folder);
  return id;
}

/** metrics.json of a run whose folds scored so, the CV being their mean; without an OOF file. */
export function metricsOf(folds: readonly number[], changes: object = {}): object {
  return {
    cv_score: folds.reduce((sum, fold) => sum + fold, 0) / folds.length,
    fold_scores: folds,
    metric: "accuracy",
    direction: "maximize",
    cv_is: "fold_mean",
    config: { learning_rate: 0.05 },
    validation: { strategy: "StratifiedKFold", n_splits: 5, seed: 42, folds_sha256: "f0" },
    ...changes,
  };
}

function makeSpec(
  id: string,
  experiment: string,
  options: RunOptions,
  data: Record<string, string>,
): RunSpec {
  const script = `models/${experiment}/${options.kind === "script" ? "inference.py" : "train.py"}`;
  return {
    schema: 1,
    id,
    kind: options.kind ?? "train",
    experiment,
    script,
    args: [],
    debug: options.debug ?? false,
    backend: "local",
    command: ["python", script],
    created: options.created ?? "2026-11-23T01:15:30Z",
    ...(options.sequence === undefined ? {} : { sequence: options.sequence }),
    ...(options.uses === undefined ? {} : { uses: options.uses }),
    git: null,
    hashes: { code: "c0de", lock: null, data },
    python: "3.12.1",
    host: { name: "here", platform: "linux", cpus: 2 },
  };
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** Makes the recorded scores of an experiment such as an OOF file would have proved. */
export async function markVerified(ws: Workspace, experiment: string): Promise<void> {
  const file = paths.ledger(ws, experiment);
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replaceAll('"verdict":"unverifiable"', '"verdict":"verified"'));
}
