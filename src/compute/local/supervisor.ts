import { open, readFile, rm, symlink } from "node:fs/promises";
import { constants } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { readRunSecrets, withoutRunSecrets } from "../../core/secrets/run-secrets.ts";
import type { ProcessIdentity, RunStateFile } from "../../core/run/run-state-file.ts";
import { writeAtomic } from "../../storage/files/atomic-write.ts";
import { identifyProcess, isGroupAlive, signalGroup } from "../../storage/run/process-identity.ts";
import {
  afterTheEnd,
  hasExitCode,
  readSpec,
  recordFiles,
  writeState,
} from "../../storage/run/run-record.ts";
import { isCancelRequested } from "../cancel-request.ts";
import { startingState } from "./launch.ts";
import { prepareScript, type ScriptProcess } from "./script-process.ts";

export interface SupervisedScript {
  cwd: string;
  /** The supervisor's: the script does not get what it alone is to know. */
  env: Readonly<Record<string, string | undefined>>;
  /** The command line that starts Crossfold. */
  program: readonly string[];
}

/**
 * Runs what spec.json asks for and returns when it has ended and `rc` is written. The record names each process before
 * that process can do anything, so that whoever is killed, the true state can be told from what is left.
 */
export async function superviseScript(folder: string, options: SupervisedScript): Promise<void> {
  const starting = startingState(process.pid);
  await writeState(folder, starting);
  const { command: given, values } = readRunSecrets(options.env);
  const command = given ?? (await readSpec(folder)).command;
  const spec = await readFile(path.join(folder, recordFiles.spec), "utf8");
  const log = await open(path.join(folder, recordFiles.log), "a");
  try {
    const env = withoutRunSecrets(options.env);
    const filter = values.length === 0 ? undefined : { program: options.program, values };
    const script = await prepareScript(folder, command, {
      cwd: options.cwd,
      env,
      log: log.fd,
      filter,
    });
    const child = identifyProcess(script.pid) ?? null;
    const now = new Date().toISOString();
    const running = { ...starting, state: "running" as const, updated: now, started: now, child };
    await writeState(folder, running);
    if (isCancelRequested(folder)) script.refuse();
    else script.go();
    await finalizeScript(folder, script, { spec, running });
  } finally {
    await log.close();
  }
}

/** What the record of a run under way says. */
interface Underway {
  /** The text of spec.json. */
  spec: string;
  running: RunStateFile;
}

/**
 * The leader writes its script's exit code; where a signal or a full disk kept it from that, it is written here. A run
 * that was stopped or lost its leader leaves nothing running; one that ended by itself keeps what it put in the background.
 */
async function finalizeScript(
  folder: string,
  script: ScriptProcess,
  underway: Underway,
): Promise<void> {
  const { child } = underway.running;
  const { code, signal } = await script.ended;
  // On a full disk what the record said cannot be put back, and its exit code counts for more.
  if (signal !== null) await putBack(folder, underway).catch(() => undefined);
  if (child !== null && (signal !== null || isCancelRequested(folder))) await clearGroup(child);
  const rc = path.join(folder, recordFiles.rc);
  if (hasExitCode(folder)) return;
  const stopped = isCancelRequested(folder) ? "SIGINT" : null;
  const cause = signal ?? stopped;
  const exitCode = `${cause === null ? (code ?? 1) : 128 + constants.signals[cause]}`;
  // A full disk still has room for a link.
  await writeAtomic(rc, `${exitCode}\n`).catch(() => symlink(exitCode, rc));
}

/** As the leader does; one that was killed left no exit code, and what lies there of an end is its script's word. */
async function putBack(folder: string, { spec, running }: Underway): Promise<void> {
  for (const name of [...afterTheEnd, recordFiles.rc])
    await rm(path.join(folder, name), { recursive: true, force: true });
  await writeAtomic(path.join(folder, recordFiles.spec), spec);
  await writeState(folder, running);
}

async function clearGroup(child: ProcessIdentity): Promise<void> {
  if (!signalGroup(child, "SIGTERM")) return;
  for (let waited = 0; waited < 2_000 && isGroupAlive(child); waited += 50) await pause(50);
  signalGroup(child, "SIGKILL");
}
