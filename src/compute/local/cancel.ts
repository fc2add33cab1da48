import path from "node:path";
import { constants } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { hasEnded } from "../../core/run/run.ts";
import type { ProcessIdentity } from "../../core/run/run-state-file.ts";
import { trueState } from "../../core/run/run-state.ts";
import { writeAtomic } from "../../storage/files/atomic-write.ts";
import { signalGroup } from "../../storage/run/process-identity.ts";
import { readEvidence, recordFiles } from "../../storage/run/run-record.ts";
import { requestCancel } from "../cancel-request.ts";

const pollMs = 50;
/** How long a script may at most take to end after SIGTERM before it is killed. */
const terminateSeconds = 5;

/**
 * SIGINT to the run's process group, SIGTERM after the grace, SIGKILL as long after that but no longer than 5 seconds;
 * with no grace at once. Returns when the run has ended.
 */
export async function cancelRun(folder: string, graceSeconds: number): Promise<void> {
  if (await hasItEnded(folder)) return;
  await requestCancel(folder);
  for (const [signal, seconds] of [
    ["SIGINT", graceSeconds],
    ["SIGTERM", Math.min(graceSeconds, terminateSeconds)],
    ["SIGKILL", Infinity],
  ] as const) {
    await signalRun(folder, signal);
    if (await endsWithin(folder, seconds)) return writeLastSignal(folder, signal);
  }
}

/** Where no process is left to write the exit code, the one who ended the run does. */
async function writeLastSignal(folder: string, signal: "SIGINT" | "SIGTERM" | "SIGKILL") {
  const { evidence } = await readEvidence(folder);
  if (trueState(evidence).state !== "lost") return;
  await writeAtomic(path.join(folder, recordFiles.rc), `${128 + constants.signals[signal]}\n`);
}

const signs = ["SIGINT", "SIGTERM", "SIGKILL"] as const;

/** One Ctrl-C by a user who watches the run: each one harder than the one before. */
export async function interrupt(folder: string, times: number): Promise<void> {
  if (await hasItEnded(folder)) return;
  await requestCancel(folder);
  await signalRun(folder, signs[Math.min(times, signs.length) - 1] ?? "SIGINT");
}

async function signalRun(folder: string, signal: NodeJS.Signals): Promise<void> {
  const child = await childOf(folder);
  if (child !== null) signalGroup(child, signal);
}

async function childOf(folder: string): Promise<ProcessIdentity | null> {
  return (await readEvidence(folder)).child;
}

async function hasItEnded(folder: string): Promise<boolean> {
  return hasEnded(trueState((await readEvidence(folder)).evidence).state);
}

async function endsWithin(folder: string, seconds: number): Promise<boolean> {
  for (let waited = 0; waited < seconds * 1000; waited += pollMs) {
    if (await hasItEnded(folder)) return true;
    await pause(pollMs);
  }
  return hasItEnded(folder);
}
