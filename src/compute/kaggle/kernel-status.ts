import type { RunCause, RunState } from "../../core/run/run.ts";
import type { KernelSession } from "../../clients/kaggle/kernels.ts";
import type { JobStatus } from "../remote/remote.ts";

const states: Record<string, Exclude<RunState, "lost">> = {
  NEW_SCRIPT: "queued",
  QUEUED: "queued",
  RUNNING: "running",
  CANCEL_REQUESTED: "running",
  CANCEL_ACKNOWLEDGED: "cancelled",
  COMPLETE: "succeeded",
  ERROR: "failed",
};

/**
 * The state of a kernel's session with the exit code it left; undefined: Kaggle does not know the session (yet). It counts
 * as succeeded only with an exit code of 0. A status that is new to us counts as running.
 */
export function kernelStatus(
  session: Pick<KernelSession, "status" | "failureMessage"> | undefined,
  exitCode: number | null,
): JobStatus {
  const status = (
    state: JobStatus["state"],
    reason: string | null,
    cause: RunCause | null = null,
  ): JobStatus => ({ state, reason, cause, exitCode, started: null, ended: null });
  if (session === undefined) return status("queued", "Kaggle does not show its session yet");
  const state = states[session.status] ?? "running";
  if (state === "queued") return status(state, "waiting for a machine");
  if (state === "cancelled") return status(state, "cancelled on Kaggle", "user");
  if (state === "running") return status(state, null);
  if (exitCode !== null) {
    if (exitCode === 0 && state === "succeeded") return status(state, null);
    return status("failed", `exit code ${exitCode}`, exitCode === 137 ? "memory" : null);
  }
  const said = session.failureMessage ?? "";
  if (state === "succeeded") return status("failed", "its kernel completed, but left no exit code");
  return status("failed", said === "" ? "Kaggle does not say why" : said, causeOf(said));
}

export const deletedKernel: JobStatus = {
  state: "failed",
  reason: "its kernel was deleted on Kaggle",
  cause: null,
  exitCode: null,
  started: null,
  ended: null,
};

function causeOf(said: string): RunCause | null {
  if (/time ?(out|limit)|exceeded.*time/i.test(said)) return "timeout";
  if (/memory/i.test(said)) return "memory";
  return /quota/i.test(said) ? "quota" : null;
}
