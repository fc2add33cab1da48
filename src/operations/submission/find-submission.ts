import { lstat, stat } from "node:fs/promises";
import path from "node:path";
import type { CvEntry } from "../../core/score/ledger.ts";
import { UserError } from "../../core/errors/user-error.ts";
import {
  findRecordedArtifacts,
  requireUnchangedFile,
} from "../../storage/experiment/recorded-artifacts.ts";
import { hashFile } from "../../storage/files/hashes.ts";
import { artifactsOf, readNotes } from "../../storage/run/run-artifacts.ts";
import { readRuns } from "../../storage/run/run-list.ts";
import { readRun, recordFiles, runFolder } from "../../storage/run/run-record.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import { readTextIfAny } from "../../storage/files/read-text.ts";

export interface FoundSubmission {
  file: string;
  /** The run whose score the submission goes with; null for a file that no run's record has. */
  run: string | null;
  /** What it held when its run was looked for. */
  sha256: string;
  warnings: string[];
}

const name = "submission.csv";

/**
 * The submission of an experiment: what its newest script run, inference.py for one, made from the artifacts of the run
 * that is recorded, else what that run wrote itself. Throws a UserError where there is none, or none that goes with the
 * recorded score.
 */
export async function findSubmission(
  ws: Workspace,
  experiment: string,
  cv: CvEntry | undefined,
): Promise<FoundSubmission> {
  const recorded = await findRecordedArtifacts(ws, experiment);
  if (recorded === undefined) {
    const file = await looseSubmission(ws, experiment, cv);
    return { file, run: null, sha256: await hashFile(file), warnings: [] };
  }
  const { run } = recorded;
  const made = (await newestInference(ws, experiment, run)) ?? { by: run, kept: run };
  const record = runFolder(ws, made.kept);
  const file = path.join(artifactsOf(record), name);
  if (!(await isFile(file)))
    throw noSubmission(ws, experiment, file, `run ${run} wrote no ${name}`);
  const sha256 = await requireUnchangedFile(ws, record, name);
  return { file, run, sha256, warnings: await editsSince(ws, experiment, made.by) };
}

/** A file that the user named, and the run of the experiment that wrote just this content, the newest of them. */
export async function findNamedFile(
  ws: Workspace,
  experiment: string,
  file: string,
): Promise<FoundSubmission> {
  const sha256 = await hashFile(file).catch(() => "");
  const { runs } = await readRuns(ws);
  for (const run of runs) {
    // What became of a run is looked up where it is asked for: that of the others is not.
    if (run.experiment !== experiment || run.spec.debug || run.state !== "succeeded") continue;
    const { spec } = run;
    const notes = Object.values((await readNotes(runFolder(ws, spec.id))) ?? {});
    if (notes.some((note) => note.sha256 === sha256))
      return { file, run: spec.uses ?? spec.id, sha256, warnings: [] };
  }
  return { file, run: null, sha256, warnings: [] };
}

interface MadeSubmission {
  /** The run that wrote it. */
  by: string;
  /** The run whose record has the file: what a script wrote again, byte for byte, is kept once. */
  kept: string;
}

/** What the newest script run made that wrote a submission from that run's artifacts. */
async function newestInference(
  ws: Workspace,
  experiment: string,
  run: string,
): Promise<MadeSubmission | undefined> {
  const { runs } = await readRuns(ws);
  const made = runs.filter(
    (one) =>
      one.experiment === experiment &&
      one.spec.uses === run &&
      !one.spec.debug &&
      one.state === "succeeded",
  );
  for (const { spec } of made) {
    const note = (await readNotes(runFolder(ws, spec.id)))?.[name];
    if (note !== undefined) return { by: spec.id, kept: note.dropped ? run : spec.id };
  }
  return undefined;
}

async function isFile(file: string): Promise<boolean> {
  return (await lstat(file).catch(() => undefined))?.isFile() === true;
}

/** What to know of a submission that was made by other code than the experiment has now. */
async function editsSince(ws: Workspace, experiment: string, run: string): Promise<string[]> {
  const script = "inference.py";
  const then = await readTextIfAny(path.join(runFolder(ws, run), recordFiles.code, script));
  const now = await readTextIfAny(path.join(paths.experiment(ws, experiment), script));
  if (then === now) return [];
  return [`${script} was edited since run ${run} wrote this submission`];
}

/** artifacts/submission.csv, refused where it is not there or older than the run whose CV is recorded. */
async function looseSubmission(
  ws: Workspace,
  experiment: string,
  cv: CvEntry | undefined,
): Promise<string> {
  const file = path.join(paths.artifacts(ws, experiment), name);
  const written = await stat(file).catch(() => undefined);
  if (written === undefined) throw noSubmission(ws, experiment, file, "there is no submission yet");
  const run = cv === undefined ? undefined : await readRun(ws, cv.run).catch(() => undefined);
  const started = Date.parse(run?.started ?? run?.spec.created ?? "");
  // No time is NaN, which nothing is before.
  if (written.mtimeMs < started)
    throw noSubmission(
      ws,
      experiment,
      file,
      `the submission is older than run ${cv!.run}, whose CV is recorded`,
    );
  return file;
}

function noSubmission(ws: Workspace, experiment: string, file: string, message: string): UserError {
  return new UserError({
    code: "no-submission",
    message,
    at: { file: path.relative(ws.root, file) },
    next: {
      operation: "run",
      input: { script: `models/${experiment}/inference.py` },
      why: "writes it",
    },
  });
}
