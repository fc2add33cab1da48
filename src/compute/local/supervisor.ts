import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { constants } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { ProcessIdentity } from "../../core/run/run-state-file.ts";
import { writeAtomic } from "../../storage/files/atomic-write.ts";
import { identifyProcess, isGroupAlive, signalGroup } from "../../storage/run/process-identity.ts";
import { readSpec, recordFiles, writeState } from "../../storage/run/run-record.ts";
import { isCancelRequested } from "../cancel-request.ts";
import { startingState } from "./launch.ts";
import { prepareScript, type ScriptProcess } from "./script-process.ts";

/**
 * Runs what spec.json asks for and returns when it has ended and `rc` is written. The record names each process before
 * that process can do anything, so that whoever is killed, the true state can be told from what is left.
 */
export async function superviseScript(
  folder: string,
  options: { cwd: string; env: Readonly<Record<string, string | undefined>> },
): Promise<void> {
  const starting = startingState(process.pid);
  await writeState(folder, starting);
  const { command } = await readSpec(folder);
  const log = await open(path.join(folder, recordFiles.log), "a");
  try {
    const script = await prepareScript(folder, command, { ...options, log: log.fd });
    const child = identifyProcess(script.pid) ?? null;
    const now = new Date().toISOString();
    await writeState(folder, { ...starting, state: "running", updated: now, started: now, child });
    if (isCancelRequested(folder)) script.refuse();
    else script.go();
    await finalizeScript(folder, script, child);
  } finally {
    await log.close();
  }
}

/**
 * The leader writes its script's exit code; where a signal or a full disk kept it from that, it is written here. A run
 * that was stopped or lost its leader leaves nothing running; one that ended by itself keeps what it put in the background.
 */
async function finalizeScript(
  folder: string,
  script: ScriptProcess,
  child: ProcessIdentity | null,
): Promise<void> {
  const { code, signal } = await script.ended;
  if (child !== null && (signal !== null || isCancelRequested(folder))) await clearGroup(child);
  const rc = path.join(folder, recordFiles.rc);
  if (existsSync(rc)) return;
  const stopped = isCancelRequested(folder) ? "SIGINT" : null;
  const cause = signal ?? stopped;
  await writeAtomic(rc, `${cause === null ? (code ?? 1) : 128 + constants.signals[cause]}\n`);
}

async function clearGroup(child: ProcessIdentity): Promise<void> {
  if (!signalGroup(child, "SIGTERM")) return;
  for (let waited = 0; waited < 2_000 && isGroupAlive(child); waited += 50) await pause(50);
  signalGroup(child, "SIGKILL");
}
