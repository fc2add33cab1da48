import { readlinkSync } from "node:fs";
import { lstat } from "node:fs/promises";
import path from "node:path";
import type { z } from "zod";
import { hasEnded, type Run } from "../../core/run/run.ts";
import { newestFirst } from "../../core/run/run-order.ts";
import { type RunSpec, runIdPattern, runSpecSchema } from "../../core/run/run-spec.ts";
import {
  type ProcessIdentity,
  type RunStateFile,
  runStateFileSchema,
} from "../../core/run/run-state-file.ts";
import { type RunEvidence, trueState } from "../../core/run/run-state.ts";
import { problemOf } from "../../core/errors/problem.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { readFolder } from "../files/read-folder.ts";
import { writeAtomic } from "../files/atomic-write.ts";
import { readTextIfAny, readTextIfAnySync } from "../files/read-text.ts";
import { isAlive, isGroupAlive } from "./process-identity.ts";
import { withNewKeys } from "../old-keys.ts";
import { afterTheEnd, paths, recordFiles, workspaceOfRun } from "../workspace/paths.ts";
import type { Workspace } from "../workspace/workspace.ts";

export { afterTheEnd, recordFiles, workspaceOfRun };

type Root = Pick<Workspace, "root">;

export interface RunProblem {
  /** Empty where it is the folder of all runs. */
  id: string;
  /** What cannot be read, from the workspace's root. */
  file: string;
  message: string;
}

export function runFolder(ws: Root, id: string): string {
  return paths.run(ws, id);
}

/** Every run with its true state now, newest first; a record whose spec.json cannot be read is a problem, not an error. */
export async function readRuns(ws: Root): Promise<{ runs: Run[]; problems: RunProblem[] }> {
  const found = await readFolder(paths.runs(ws)).catch((error: unknown) => problemOf(error, ""));
  if (!Array.isArray(found)) {
    const file = path.relative(ws.root, paths.runs(ws));
    return { runs: [], problems: [{ id: "", file, message: found.message }] };
  }
  const ids = found.filter((entry) => entry.isDirectory() && runIdPattern.test(entry.name));
  const read = await Promise.all(ids.map(({ name }) => readOne(ws, name)));
  const runs = read.filter((one): one is Run => "spec" in one);
  return {
    runs: runs.toSorted((a, b) => newestFirst(a.spec, b.spec)),
    problems: read.filter((one): one is RunProblem => !("spec" in one)),
  };
}

async function readOne(ws: Root, id: string): Promise<Run | RunProblem> {
  return readRun(ws, id).catch((error: unknown) => {
    const file = path.relative(ws.root, runFolder(ws, id));
    if (error instanceof UserError) return { id, file, message: error.message };
    throw error;
  });
}

/** One run by its full id. Throws a UserError where its spec.json cannot be read. */
export async function readRun(ws: Root, id: string): Promise<Run> {
  const folder = runFolder(ws, id);
  const spec = await readSpec(folder);
  const { evidence, written, rcAt } = await readEvidence(folder);
  const now = trueState(evidence);
  const ended = hasEnded(now.state) ? (written?.ended ?? rcAt) : null;
  return { spec, ...now, started: written?.started ?? null, ended };
}

export async function readSpec(folder: string): Promise<RunSpec> {
  const file = path.join(folder, recordFiles.spec);
  const spec = await readJson(file, runSpecSchema, (value) => withNewKeys("spec", value));
  if (typeof spec === "object") {
    if (isNamed(folder, spec)) return spec;
    throw copied(file, spec);
  }
  throw new UserError({
    code: "run-spec",
    message: `${recordFiles.spec} of run ${path.basename(folder)} ${spec === "missing" ? "is missing" : "cannot be read"}`,
    at: { file },
    next: `look at what is left in ${folder}, then remove it`,
  });
}

/** A record that is still being written has a name of its own. */
function isNamed(folder: string, { id }: RunSpec): boolean {
  const name = path.basename(folder);
  return name === id || name === `.${id}.part`;
}

function copied(file: string, { id }: RunSpec): UserError {
  return new UserError({
    code: "run-copied",
    message: `${recordFiles.spec} is that of run ${id}: a copy of a record is no run`,
    at: { file },
    next: `remove ${path.dirname(file)}`,
  });
}

export async function readState(folder: string): Promise<RunStateFile | undefined> {
  const state = await readStateFile(folder);
  return typeof state === "object" ? state : undefined;
}

async function readStateFile(folder: string): Promise<RunEvidence["stateFile"]> {
  const file = path.join(folder, recordFiles.state);
  return readJson(file, runStateFileSchema, (value) => withNewKeys("state", value));
}

/** Replaces state.json, and processes.json where the processes are other ones. */
export async function writeState(folder: string, state: RunStateFile): Promise<void> {
  const { supervisor, child } = state;
  await writeAtomic(
    path.join(folder, recordFiles.processes),
    JSON.stringify({ supervisor, child }, null, 2) + "\n",
  );
  await writeAtomic(path.join(folder, recordFiles.state), JSON.stringify(state, null, 2) + "\n");
}

/** True while a process on this machine looks after the run. */
export async function isSupervised(folder: string): Promise<boolean> {
  const state = await readState(folder);
  return isAlive((state ?? (await knownProcesses(folder))).supervisor);
}

interface Gathered {
  evidence: RunEvidence;
  written: RunStateFile | undefined;
  /** Leader of the script's process group, as the record knows it. */
  child: ProcessIdentity | null;
  /** When the exit code was written, ISO 8601. */
  rcAt: string | null;
}

/** Everything there is to judge a run by. What looks lost is looked at twice: it may just have been changing hands. */
export async function readEvidence(folder: string): Promise<Gathered> {
  const first = await gather(folder);
  return trueState(first.evidence).state === "lost" ? gather(folder) : first;
}

/**
 * Liveness comes before the last look at the exit code: a script that ends in between is seen as ended, not as lost.
 * Processes of a run that has ended are not asked about.
 */
async function gather(folder: string): Promise<Gathered> {
  const stateFile = await readStateFile(folder);
  const written = typeof stateFile === "object" ? stateFile : undefined;
  if (written !== undefined && isSettled(written) && (await isBelievable(written, folder))) {
    const unasked = { supervisorAlive: false, childAlive: false, cancelRequested: false };
    const evidence = { stateFile, rc: "missing" as const, ...unasked };
    return { evidence, written, child: written.child, rcAt: null };
  }
  const rcFile = path.join(folder, recordFiles.rc);
  const { child, supervisor } = await processesOf(written, folder);
  // The leader of the script's group writes the exit code and ends: while it lives, the code is not its own.
  const ended = !isAlive(child) && typeof readExitCode(rcFile) === "number";
  const childAlive = !ended && isGroupAlive(child);
  const supervisorAlive = !ended && isAlive(supervisor);
  const rc = isAlive(child) ? "missing" : readExitCode(rcFile);
  const cancelRequested = await wasCancelled(folder);
  const rcAt = typeof rc === "number" ? await timeOf(rcFile) : undefined;
  const evidence = { stateFile, supervisorAlive, childAlive, rc, cancelRequested };
  return { evidence, written, child, rcAt: rcAt?.toISOString() ?? null };
}

/** Its end is written down, so nothing else is to be asked; most runs are such. */
function isSettled({ state, ended }: RunStateFile): boolean {
  return hasEnded(state) && state !== "lost" && ended !== null;
}

/** A script could write a success into its record itself; its exit code is written when it has ended. */
async function isBelievable(written: RunStateFile, folder: string): Promise<boolean> {
  if (written.state !== "succeeded" || written.remote) return true;
  const { child } = await processesOf(written, folder);
  return !isAlive(child) && readExitCode(path.join(folder, recordFiles.rc)) === 0;
}

const processesSchema = runStateFileSchema.pick({ supervisor: true, child: true });
type Processes = z.output<typeof processesSchema>;

async function processesOf(written: RunStateFile | undefined, folder: string): Promise<Processes> {
  return written?.child ? written : knownProcesses(folder);
}

async function knownProcesses(folder: string): Promise<Processes> {
  const known = await readJson(path.join(folder, recordFiles.processes), processesSchema);
  return typeof known === "object" ? known : { supervisor: null, child: null };
}

/** Read synchronously: it is asked of every run that succeeded, and a few bytes take longer through the thread pool. */
function readExitCode(file: string): RunEvidence["rc"] {
  const text = readTextIfAnySync(file) ?? exitCodeInLink(file);
  if (text === undefined) return "missing";
  return /^\d{1,3}\n$/.test(text) ? Number(text) : "unreadable";
}

/** A full disk has room for no file, but for a link to the exit code. */
function exitCodeInLink(file: string): string | undefined {
  try {
    return `${readlinkSync(file)}\n`;
  } catch {
    return undefined;
  }
}

export function hasExitCode(folder: string): boolean {
  return readExitCode(path.join(folder, recordFiles.rc)) !== "missing";
}

/** A request that came after the script had ended by itself stopped nothing. */
async function wasCancelled(folder: string): Promise<boolean> {
  const asked = await timeOf(path.join(folder, recordFiles.cancel));
  if (asked === undefined) return false;
  const ended = await timeOf(path.join(folder, recordFiles.rc));
  return ended === undefined || asked <= ended;
}

async function timeOf(file: string): Promise<Date | undefined> {
  return (await lstat(file).catch(() => undefined))?.mtime;
}

async function readJson<T extends z.ZodType>(
  file: string,
  schema: T,
  update: (value: unknown) => unknown = (value) => value,
): Promise<z.output<T> | "missing" | "unreadable"> {
  const text = await readTextIfAny(file);
  if (text === undefined) return "missing";
  try {
    return schema.parse(update(JSON.parse(text)));
  } catch {
    return "unreadable";
  }
}
