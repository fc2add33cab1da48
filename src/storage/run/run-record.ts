import { lstatSync, readlinkSync } from "node:fs";
import path from "node:path";
import type { z } from "zod";
import { hasEnded, type RunStanding, type WholeRun } from "../../core/run/run.ts";
import { type RunSpec, runSpecSchema } from "../../core/run/run-spec.ts";
import {
  type ProcessIdentity,
  type RunStateFile,
  runStateFileSchema,
} from "../../core/run/run-state-file.ts";
import { type RunEvidence, trueState } from "../../core/run/run-state.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { writeAtomic } from "../files/atomic-write.ts";
import { readTextIfAnySync } from "../files/read-text.ts";
import { isAlive, isGroupAlive } from "./process-identity.ts";
import { withNewKeys } from "../old-keys.ts";
import { afterTheEnd, paths, recordFiles, workspaceOfRun } from "../workspace/paths.ts";
import type { Workspace } from "../workspace/workspace.ts";

export { afterTheEnd, recordFiles, workspaceOfRun };

type Root = Pick<Workspace, "root">;

export function runFolder(ws: Root, id: string): string {
  return paths.run(ws, id);
}

/** One run by its full id. Throws a UserError where its spec.json cannot be read. */
export async function readRun(ws: Root, id: string): Promise<WholeRun> {
  const folder = runFolder(ws, id);
  const spec = await readSpec(folder);
  return { spec, ...standingOf(folder) };
}

/** What has become of a run, by its record and the machine. */
export function standingOf(folder: string): RunStanding {
  const { evidence, written, rcAt } = gatherTwice(folder);
  const now = trueState(evidence);
  const ended = hasEnded(now.state) ? (written?.ended ?? rcAt) : null;
  return { ...now, started: written?.started ?? null, ended };
}

export async function readSpec(folder: string): Promise<RunSpec> {
  return parseSpec(readTextIfAnySync(path.join(folder, recordFiles.spec)), folder);
}

/** Text of spec.json, undefined where it is not there. Throws a UserError where it is not that of the run. */
export function parseSpec(text: string | undefined, folder: string): RunSpec {
  const file = path.join(folder, recordFiles.spec);
  const spec = parseJson(text, runSpecSchema, (value) => withNewKeys("spec", value));
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
  const state = readStateFile(folder);
  return typeof state === "object" ? state : undefined;
}

function readStateFile(folder: string): RunEvidence["stateFile"] {
  return parseState(readTextIfAnySync(path.join(folder, recordFiles.state)));
}

/** Text of state.json, undefined where it is not there. */
export function parseState(text: string | undefined): RunEvidence["stateFile"] {
  return parseJson(text, runStateFileSchema, (value) => withNewKeys("state", value));
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
  return isAlive((state ?? knownProcesses(folder)).supervisor);
}

interface Gathered {
  evidence: RunEvidence;
  written: RunStateFile | undefined;
  /** Leader of the script's process group, as the record knows it. */
  child: ProcessIdentity | null;
  /** When the exit code was written, ISO 8601. */
  rcAt: string | null;
}

/**
 * Everything there is to judge a run by. What looks lost is looked at twice: it may just have been changing hands. Read
 * synchronously: a record is a few small files, which take longer through the thread pool, and of many one is open at a time.
 */
export async function readEvidence(folder: string): Promise<Gathered> {
  return gatherTwice(folder);
}

function gatherTwice(folder: string): Gathered {
  const first = gather(folder);
  return trueState(first.evidence).state === "lost" ? gather(folder) : first;
}

/**
 * Liveness comes before the last look at the exit code: a script that ends in between is seen as ended, not as lost.
 * Processes of a run that has ended are not asked about.
 */
function gather(folder: string): Gathered {
  const stateFile = readStateFile(folder);
  const written = typeof stateFile === "object" ? stateFile : undefined;
  if (written !== undefined && isSettled(written) && isBelievable(written, folder)) {
    const unasked = { supervisorAlive: false, childAlive: false, cancelRequested: false };
    const evidence = { stateFile, rc: "missing" as const, ...unasked };
    return { evidence, written, child: written.child, rcAt: null };
  }
  const rcFile = path.join(folder, recordFiles.rc);
  const { child, supervisor } = processesOf(written, folder);
  // The leader of the script's group writes the exit code and ends: while it lives, the code is not its own.
  const ended = !isAlive(child) && typeof readExitCode(rcFile) === "number";
  const childAlive = !ended && isGroupAlive(child);
  const supervisorAlive = !ended && isAlive(supervisor);
  const rc = isAlive(child) ? "missing" : readExitCode(rcFile);
  const cancelRequested = wasCancelled(folder);
  const rcAt = typeof rc === "number" ? timeOf(rcFile) : undefined;
  const evidence = { stateFile, supervisorAlive, childAlive, rc, cancelRequested };
  return { evidence, written, child, rcAt: rcAt?.toISOString() ?? null };
}

/** Its end is written down, so nothing else is to be asked; most runs are such. */
export function isSettled({ state, ended }: RunStateFile): boolean {
  return hasEnded(state) && state !== "lost" && ended !== null;
}

/** A script could write a success into its record itself; its exit code is written when it has ended. */
function isBelievable(written: RunStateFile, folder: string): boolean {
  if (written.state !== "succeeded" || written.remote) return true;
  const { child } = processesOf(written, folder);
  return !isAlive(child) && readExitCode(path.join(folder, recordFiles.rc)) === 0;
}

const processesSchema = runStateFileSchema.pick({ supervisor: true, child: true });
type Processes = z.output<typeof processesSchema>;

function processesOf(written: RunStateFile | undefined, folder: string): Processes {
  return written?.child ? written : knownProcesses(folder);
}

function knownProcesses(folder: string): Processes {
  const known = parseJson(
    readTextIfAnySync(path.join(folder, recordFiles.processes)),
    processesSchema,
  );
  return typeof known === "object" ? known : { supervisor: null, child: null };
}

function readExitCode(file: string): RunEvidence["rc"] {
  return parseExitCode(readTextIfAnySync(file) ?? exitCodeInLink(file));
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

/** Text of `rc`, undefined where it is not there. */
export function parseExitCode(text: string | undefined): RunEvidence["rc"] {
  if (text === undefined) return "missing";
  return /^\d{1,3}\n$/.test(text) ? Number(text) : "unreadable";
}

/** A request that came after the script had ended by itself stopped nothing. */
function wasCancelled(folder: string): boolean {
  const asked = timeOf(path.join(folder, recordFiles.cancel));
  if (asked === undefined) return false;
  const ended = timeOf(path.join(folder, recordFiles.rc));
  return ended === undefined || asked <= ended;
}

function timeOf(file: string): Date | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false })?.mtime;
  } catch {
    return undefined;
  }
}

function parseJson<T extends z.ZodType>(
  text: string | undefined,
  schema: T,
  update: (value: unknown) => unknown = (value) => value,
): z.output<T> | "missing" | "unreadable" {
  if (text === undefined) return "missing";
  try {
    return schema.parse(update(JSON.parse(text)));
  } catch {
    return "unreadable";
  }
}
