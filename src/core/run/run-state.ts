import { hasEnded, type RunCause, type RunState } from "./run.ts";
import type { RunStateFile } from "./run-state-file.ts";

/** What a run's record and the machine say about it, gathered in this order: record, processes, exit code. */
export interface RunEvidence {
  stateFile: RunStateFile | "missing" | "unreadable";
  supervisorAlive: boolean;
  /** Whether the script's process group still has a living member. */
  childAlive: boolean;
  rc: number | "missing" | "unreadable";
  /** Whether stopping was asked for before the script ended. */
  cancelRequested: boolean;
}

export interface TrueState {
  state: RunState;
  exitCode: number | null;
  reason: string | null;
  cause: RunCause | null;
}

/** The state that all the evidence agrees with, whatever was killed on the way. */
export function trueState(evidence: RunEvidence): TrueState {
  const { stateFile, rc } = evidence;
  const written = typeof stateFile === "object" ? stateFile : undefined;
  if (written !== undefined && hasEnded(written.state) && written.state !== "lost") {
    if (written.state !== "succeeded" || written.remote) return lastHeard(written);
    // A success that the exit code denies, or that a living script wrote itself, is none.
    if (typeof rc === "number" && rc !== 0) return endedWith(rc, evidence.cancelRequested);
    const isAlive = rc === "missing" && (evidence.childAlive || evidence.supervisorAlive);
    return isAlive ? alive("running", evidence.supervisorAlive) : lastHeard(written);
  }
  // Its exit code is downloaded before its record is whole, and says nothing of a cause.
  if (written?.remote === true) return lastHeard(written);
  if (typeof rc === "number") return endedWith(rc, evidence.cancelRequested);
  if (evidence.childAlive) return alive("running", evidence.supervisorAlive);
  if (evidence.supervisorAlive) return alive(written?.child ? "running" : "starting", true);
  return { state: "lost", exitCode: null, reason: whyLost(evidence), cause: null };
}

function lastHeard({ state, exitCode, reason, cause }: RunStateFile): TrueState {
  return { state, exitCode, reason, cause };
}

/** How a run ended, from its exit code alone: 128 and a signal's number where a signal ended it. */
function endedWith(exitCode: number, cancelRequested: boolean): TrueState {
  if (cancelRequested) {
    return { state: "cancelled", exitCode, reason: "stopped on request", cause: "user" };
  }
  if (exitCode === 0) return { state: "succeeded", exitCode, reason: null, cause: null };
  return { state: "failed", exitCode, reason: whyFailed(exitCode), cause: null };
}

function alive(state: RunState, supervised: boolean): TrueState {
  const reason = supervised ? null : "its supervisor is gone; the script is still running";
  return { state, exitCode: null, reason, cause: null };
}

/** How a script ended whose exit code is 128 and a signal's number, as shells and our leader write it. */
const signals: Record<number, string> = {
  1: "hung up (SIGHUP)",
  2: "interrupted (SIGINT)",
  4: "illegal instruction (SIGILL)",
  6: "aborted (SIGABRT)",
  8: "arithmetic error (SIGFPE)",
  9: "killed (SIGKILL), often out of memory",
  11: "crashed (SIGSEGV)",
  15: "terminated (SIGTERM)",
};

function whyFailed(exitCode: number): string {
  return signalName(exitCode) ?? `exit code ${exitCode}`;
}

/** The signal that an exit code stands for, in words; undefined where it stands for none that we know. */
export function signalName(exitCode: number): string | undefined {
  return signals[exitCode - 128];
}

function whyLost({ stateFile, rc }: RunEvidence): string {
  if (rc === "unreadable") return "its process is gone and its exit code cannot be read";
  if (stateFile === "missing") return "its state was never written and no process of it is known";
  if (stateFile === "unreadable") return "its state cannot be read and no process of it is known";
  if (stateFile.child === null) return "it was ended before its script was started";
  return "its processes are gone and left no exit code (killed, the disk was full, or the machine went down)";
}
