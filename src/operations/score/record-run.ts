import type { Task, TaskEdit } from "../../backlog/task.ts";
import type { Context } from "../../core/context.ts";
import { fulfilledCriteria } from "../../core/experiment/acceptance-criteria.ts";
import { type CvEntry, cvOfRun, latestCv } from "../../core/score/ledger.ts";
import type { Experiment } from "../../core/experiment/experiment.ts";
import type { Run } from "../../core/run/run.ts";
import { cvNote, failureNote } from "../../core/run/run-note.ts";
import { formatScore } from "../../core/score/score.ts";
import { rowsText } from "../../core/score/standing.ts";
import { asRefusal } from "../../core/score/judgement.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { announceView } from "../../storage/experiment/artifacts-view.ts";
import { readExperimentOrProblem } from "../../storage/experiment/experiment-file.ts";
import { appendLedger, readLedgerOrProblem } from "../../storage/score/ledger-file.ts";
import { readLogEnd } from "../../storage/run/log-tail.ts";
import { readRun, runFolder } from "../../storage/run/run-record.ts";
import { listExperiments, type Workspace } from "../../storage/workspace/workspace.ts";
import { renewArtifacts } from "../artifacts/renew-artifacts.ts";
import { editExperimentTask } from "../task/experiment-task.ts";
import { judgeRun } from "./judge-run.ts";

export interface Recorded {
  /** True where the run's score is in the ledger, by this call or an earlier one. */
  recorded: boolean;
  score: number | null;
  /** The run's line in the ledger. */
  line?: CvEntry;
  summary: string;
  /** True where an earlier call had recorded it. */
  already: boolean;
  task: string | null;
  /** Why a run that succeeded gave no score. */
  refusal?: UserError;
}

/**
 * Records a run that has ended: its CV score in the ledger and the task, or in the task how it failed; the files of a
 * score that counts become the experiment's. Debug runs and scripts leave no score. Calling it twice records once. Never
 * throws for a score that must be refused: says so. Call it under the run's lock.
 */
export async function recordRun(context: Context, ws: Workspace, runId: string): Promise<Recorded> {
  const run = await readRun(ws, runId);
  const { spec } = run;
  if (spec.kind !== "train" || spec.experiment === null)
    return nothing("a script has no score to record");
  if (spec.debug) {
    const problem = await renewArtifacts(context, ws, spec.experiment);
    return nothing(["a debug run is never recorded", problem ?? []].flat().join("; "));
  }
  const judged = await judgeRun(context, ws, run, spec.experiment);
  if (judged.outcome === "scored") return recordScore(context, ws, judged.entry, spec.experiment);
  if (judged.outcome === "none") return noteFailure(context, ws, run, spec.experiment, judged);
  const refusal = asRefusal(judged.refusal);
  const note = `Run ${spec.id} was not recorded: ${refusal.message}`;
  await editExperimentTask(context, ws, spec.experiment, (task) => noteOnce(task, note));
  return { ...nothing(refusal.message), refusal };
}

async function recordScore(
  context: Context,
  ws: Workspace,
  entry: CvEntry,
  experiment: string,
): Promise<Recorded> {
  await requireFolder(ws, experiment, entry.run);
  await announceView(ws, experiment);
  const written = await appendOnce(ws, experiment, entry);
  const problem = await renewArtifacts(context, ws, experiment);
  const own = await readExperimentOrProblem(ws, experiment);
  const note = cvNote(entry, await parentConfig(ws, own.experiment));
  const { criteria: remembered } = own.experiment;
  let unticked = "";
  const { task, summary } = await editExperimentTask(context, ws, experiment, (current) => {
    const edit = noteScore(current, note, entry.run, remembered);
    unticked = edit?.checkAc.length === 0 ? noneTicked(current) : "";
    return edit;
  });
  const score = `CV ${formatScore(entry.score)} ${entry.metric}`;
  const done = written ? "recorded" : "was recorded before";
  return {
    recorded: true,
    already: !written,
    score: entry.score,
    line: entry,
    task,
    summary: `${score} ${done}, ${proved(entry)}; ${[summary + unticked, problem ?? [], own.problem?.message ?? []].flat().join("; ")}`,
  };
}

/** A checkout of another branch has not every experiment: a ledger made there would be in the way of the one that is meant. */
async function requireFolder(ws: Workspace, experiment: string, run: string): Promise<void> {
  if ((await listExperiments(ws)).includes(experiment)) return;
  throw new UserError({
    code: "no-experiment",
    message: `the score was not recorded: models/${experiment} is not here now (on another branch, or removed)`,
    expected: "the workspace as it was when the run started",
    next: {
      operation: "record",
      input: { target: run },
      why: "records it once the folder is back",
    },
  });
}

/** `verified: computed again from 8693 out-of-fold predictions, each fold too`. */
function proved({ proof, partial, rows }: CvEntry): string {
  const part = partial && rows ? `on ${rowsText(rows)}, ` : "";
  const verdict = proof.verdict === "verified" ? "verified" : "unverified";
  return `${part}${verdict}: ${proof.summary}`;
}

async function appendOnce(ws: Workspace, experiment: string, entry: CvEntry): Promise<boolean> {
  const written = await appendLedger(ws, experiment, ({ entries }) =>
    cvOfRun(entries, entry.run) === undefined ? entry : undefined,
  );
  return written !== undefined;
}

async function parentConfig(
  ws: Workspace,
  { parent }: Experiment,
): Promise<Record<string, unknown> | undefined> {
  if (parent === null) return undefined;
  return latestCv((await readLedgerOrProblem(ws, parent)).entries)?.config;
}

function noteScore(
  task: Task,
  note: string,
  runId: string,
  remembered: readonly number[] | undefined,
): { appendNotes: string[]; checkAc: number[] } | undefined {
  if (task.notes.includes(`run ${runId})`)) return undefined;
  const checkAc = fulfilledCriteria(task.acceptanceCriteria, remembered);
  return { appendNotes: [note], checkAc };
}

/** Said of criteria that may mean anything; empty where there is none. */
function noneTicked({ id, acceptanceCriteria: { length } }: Task): string {
  if (length === 0) return "";
  return `; none of its acceptance criteria was ticked, as they are your own: backlog task edit ${id} --check-ac NUMBER`;
}

function noteOnce(task: Task, note: string): TaskEdit | undefined {
  return task.notes.includes(note) ? undefined : { appendNotes: [note] };
}

async function noteFailure(
  context: Context,
  ws: Workspace,
  run: Run,
  experiment: string,
  { summary: ending }: { summary: string },
): Promise<Recorded> {
  const log = await readLogEnd(runFolder(ws, run.spec.id));
  const note = failureNote({ ...run, id: run.spec.id }, log);
  if (note === undefined) return nothing(`${ending}, so it has no score to record`);
  const { task, summary } = await editExperimentTask(context, ws, experiment, (current) =>
    noteOnce(current, note),
  );
  return { ...nothing(`${note}; ${summary}`), task };
}

function nothing(summary: string): Recorded {
  return { recorded: false, already: false, score: null, task: null, summary };
}
