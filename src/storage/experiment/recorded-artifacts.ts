import { lstat } from "node:fs/promises";
import path from "node:path";
import { latestCv } from "../../core/score/ledger.ts";
import { runIdPattern } from "../../core/run/run-spec.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { hashFile } from "../files/hashes.ts";
import { artifactNames, artifactsOf, notedArtifacts } from "../run/run-artifacts.ts";
import { readLedger } from "../score/ledger-file.ts";
import { paths } from "../workspace/paths.ts";
import type { Workspace } from "../workspace/workspace.ts";

type Root = Pick<Workspace, "root">;

/** What an experiment's score was computed from. */
export interface RecordedArtifacts {
  /** The run whose score is the experiment's. */
  run: string;
  /** Its files, in its record. */
  folder: string;
}

/** The artifacts behind an experiment's score; undefined where it has none or their run is not on this machine. */
export async function findRecordedArtifacts(
  ws: Root,
  experiment: string,
): Promise<RecordedArtifacts | undefined> {
  const run = latestCv((await readLedger(ws, experiment)).entries)?.run;
  if (run === undefined || !runIdPattern.test(run)) return undefined;
  const folder = artifactsOf(paths.run(ws, run));
  const facts = await lstat(folder).catch(() => undefined);
  return facts?.isDirectory() === true ? { run, folder } : undefined;
}

/**
 * As findRecordedArtifacts, once every file is known to be what it was when the score was computed. Throws a UserError
 * that names one that is not.
 */
export async function requireUnchangedArtifacts(
  ws: Root,
  experiment: string,
): Promise<RecordedArtifacts | undefined> {
  const found = await findRecordedArtifacts(ws, experiment);
  if (found === undefined) return undefined;
  const changed = await changedFile(found.folder);
  if (changed === undefined) return found;
  throw changedSince(ws, path.dirname(found.folder), changed);
}

/** Throws a UserError where a file of a run's artifacts is not what it was when the run ended. */
export async function requireUnchangedFile(
  ws: Root,
  record: string,
  name: string,
): Promise<string> {
  const noted = (await notedArtifacts(record))?.[name];
  const file = path.join(artifactsOf(record), name);
  if (noted !== undefined && noted.sha256 === (await hashFile(file))) return noted.sha256;
  throw changedSince(ws, record, name);
}

function changedSince({ root }: Root, record: string, name: string): UserError {
  return new UserError({
    code: "artifacts-changed",
    message: `${name} is not what run ${path.basename(record)} left`,
    at: { file: path.relative(root, path.join(artifactsOf(record), name)) },
    expected: "the files of a run's record as they were when it ended",
    next: "train the experiment again: that makes them anew, and scores them",
  });
}

/** A file of a run's artifacts that is gone, new or another than was written down when the run ended. */
async function changedFile(folder: string): Promise<string | undefined> {
  const noted = await notedArtifacts(path.dirname(folder));
  if (noted === undefined) return undefined;
  const names = await artifactNames(folder);
  const gone = Object.keys(noted).find((name) => !names.includes(name));
  if (gone !== undefined) return gone;
  for (const name of names)
    if (noted[name]?.sha256 !== (await hashFile(path.join(folder, name)))) return name;
  return undefined;
}
