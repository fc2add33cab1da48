import { isExperimentIn } from "../../../core/experiment/experiment.ts";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { findBacklog } from "../../../backlog/backlog.ts";
import { readTask } from "../../../backlog/read-tasks.ts";
import { configChanges } from "../../../core/experiment/config-summary.ts";
import type { Problem } from "../../../core/errors/problem.ts";
import { directions } from "../../../core/competition/project.ts";
import { runStates } from "../../../core/run/run.ts";
import { cvOfRun } from "../../../core/score/ledger.ts";
import { splitText } from "../../../core/score/found-split.ts";
import { shownScoreShape } from "../../../core/score/shown-score.ts";
import { UserError } from "../../../core/errors/user-error.ts";
import {
  experimentFolder,
  openWorkspace,
  type Workspace,
} from "../../../storage/workspace/workspace.ts";
import { defineOperation } from "../../operation.ts";
import { problemSchema, showProblems } from "../../task/backlog-problem.ts";
import { findExperimentTask } from "../../task/experiment-task.ts";
import { experimentRowSchema, toRows } from "../../experiment/experiment-row.ts";
import { type ExperimentRecord, readExperiments } from "../../experiment/read-experiments.ts";
import {
  partialSchema,
  recordedScore,
  recordedScoreSchema,
  verdictSchema,
} from "../../score/recorded-score.ts";

const output = z.object({
  metric: z.string(),
  direction: z.enum(directions),
  summary: experimentRowSchema,
  /** Whether CV is the metric over the whole OOF or the mean of the folds; null without a score. */
  cvIs: z.enum(["oof", "fold_mean"]).nullable(),
  proof: z.object({ verdict: z.string(), summary: z.string() }).nullable(),
  /** Of which part of the rows the score is, and why, where the script said so. */
  partial: partialSchema,
  /** What to mind about the score, such as one too good to be true. */
  warnings: z.array(z.string()),
  /** What the last `verify` found of the score; null where it has not seen it. */
  verify: verdictSchema,
  validation: z.record(z.string(), z.unknown()),
  /** What the folds of the OOF file are, in words; null where they are not known. */
  split: z.string().nullable(),
  config: z.record(z.string(), z.unknown()),
  /** Keys of config whose value differs from the parent's. */
  changed: z.array(z.string()),
  /** Commit and hashes of what gave the score. */
  gitCommit: z.string().nullable(),
  codeSha256: z.string().nullable(),
  dataSha256: z.record(z.string(), z.string()),
  children: z.array(
    z.object({
      experiment: z.string(),
      cv: z.number().nullable(),
      ...shownScoreShape,
      difference: z.number().nullable(),
    }),
  ),
  /** Newest first. */
  runs: z.array(
    z.object({
      run: z.string(),
      kind: z.enum(["train", "script"]),
      state: z.enum(runStates),
      debug: z.boolean(),
      backend: z.string(),
      exitCode: z.number().nullable(),
      seconds: z.number().nullable(),
      created: z.string(),
      /** Its recorded score, one that counts no more too; null where it has none. */
      cv: z.number().nullable(),
    }),
  ),
  /** Every recorded score, oldest first; those that `verify` contradicted last. */
  scores: z.array(recordedScoreSchema),
  files: z.array(z.string()),
  artifacts: z.array(z.string()),
  task: z
    .object({ id: z.string(), title: z.string(), status: z.string(), finalSummary: z.string() })
    .nullable(),
  problems: z.array(problemSchema),
});

export const show = defineOperation({
  description:
    "One experiment in full: scores and folds, validation, settings and what they changed, parent and children, runs, leaderboard scores, files and task.",
  whenToUse: "Use it to see all that is known of one experiment.",
  input: z.object({ experiment: z.string().describe("The experiment to show") }),
  output,
  effect: "read",
  positionals: ["experiment"],
  completions: { experiment: "experiment" },
  examples: [{ command: "show exp002", summary: "everything known about exp002" }],
  async run(context, { experiment: name }) {
    const ws = await openWorkspace(context.cwd);
    const folder = await experimentFolder(ws, name);
    const { records, metric, problems } = await readExperiments(context, ws);
    const record = records.find((one) => one.name === name)!;
    const family = records.filter((one) => one === record || one.experiment.parent === name);
    const rows = toRows(records, metric, context.now(), family);
    const parent = records.find((one) => one.name === record.experiment.parent);
    const { cv } = record;
    const { task, problem } = await readOwnTask(ws, name);
    return {
      metric: ws.project.metric.name,
      direction: ws.project.metric.direction,
      summary: rows.find(({ experiment }) => experiment === name)!,
      cvIs: cv?.cv_is ?? null,
      proof: cv?.proof ?? null,
      partial: cv?.partial ?? null,
      warnings: cv?.warnings ?? [],
      verify: (cv && record.verdicts.get(cv)) ?? null,
      validation: cv?.validation ?? {},
      split: cv?.split ? splitText(cv.split) : null,
      config: cv?.config ?? {},
      changed:
        parent?.cv && cv ? configChanges(parent.cv.config, cv.config).map(({ key }) => key) : [],
      gitCommit: cv?.git_commit ?? null,
      codeSha256: cv?.code_sha256 ?? null,
      dataSha256: cv?.data_sha256 ?? {},
      children: rows
        .filter((row) => row.parent === name)
        .map(
          ({ experiment, cv: score, standing, proof, scoredRows, splitDiffers, difference }) => ({
            experiment,
            cv: score,
            standing,
            proof,
            scoredRows,
            splitDiffers,
            difference,
          }),
        ),
      runs: record.runs.map(({ spec, state, exitCode, started, ended }) => ({
        run: spec.id,
        kind: spec.kind,
        state,
        debug: spec.debug,
        backend: spec.backend,
        exitCode,
        seconds: secondsBetween(started, ended),
        created: spec.created,
        cv: cvOf(record, spec.id),
      })),
      scores: [...record.scores, ...record.contradicted].map((entry) =>
        recordedScore(entry, metric, {
          verdict: entry.kind === "cv" ? record.verdicts.get(entry) : undefined,
          scores: record.scores,
        }),
      ),
      files: await listNames(folder),
      artifacts: await listNames(path.join(folder, "artifacts")),
      task,
      problems: showProblems(ws.root, [
        ...problems.filter(({ at }) => isExperimentIn(path.relative(ws.root, at.file), name)),
        ...(problem === undefined ? [] : [problem]),
      ]),
    };
  },
});

function cvOf({ scores, contradicted }: ExperimentRecord, run: string): number | null {
  return cvOfRun([...scores, ...contradicted], run)?.score ?? null;
}

function secondsBetween(from: string | null, to: string | null): number | null {
  if (from === null || to === null) return null;
  return Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
}

/** Names in a folder, folders with a slash; hidden ones and caches left out. */
async function listNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter(({ name }) => !name.startsWith(".") && name !== "__pycache__")
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .toSorted();
}

async function readOwnTask(
  ws: Workspace,
  experiment: string,
): Promise<{ task: z.output<typeof output>["task"]; problem?: Problem }> {
  try {
    const id = await findExperimentTask(ws, experiment);
    if (id === undefined) return { task: null };
    const task = await readTask(await findBacklog(ws.root), id);
    const { title, status, finalSummary } = task;
    return { task: { id: task.id, title, status, finalSummary } };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { task: null, problem: { message: error.message, at: error.at ?? { file: "backlog" } } };
  }
}
