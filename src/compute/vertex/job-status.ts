import type { RunCause, RunState } from "../../core/run/run.ts";
import type { CustomJob } from "../../clients/google/custom-jobs.ts";
import type { JobStatus } from "../remote/remote.ts";
import type { RunEnding } from "./run-ending.ts";

/** Vertex AI's JobState to ours. */
const states: Record<string, Exclude<RunState, "lost">> = {
  JOB_STATE_QUEUED: "queued",
  JOB_STATE_PENDING: "queued",
  JOB_STATE_PAUSED: "queued",
  JOB_STATE_RUNNING: "running",
  JOB_STATE_UPDATING: "running",
  JOB_STATE_CANCELLING: "running",
  JOB_STATE_SUCCEEDED: "succeeded",
  JOB_STATE_PARTIALLY_SUCCEEDED: "succeeded",
  JOB_STATE_FAILED: "failed",
  JOB_STATE_EXPIRED: "failed",
  JOB_STATE_CANCELLED: "cancelled",
};

/** What Google's messages are about, by their words; the first that fits counts. */
const causes: readonly [cause: RunCause, words: RegExp][] = [
  ["preempted", /preempted/i],
  [
    "stockout",
    /resources are insufficient|stockout|out of capacity|does not have enough resources/i,
  ],
  ["quota", /quota|RESOURCE_EXHAUSTED/i],
  ["memory", /out[- ]of[- ]memory|OOMKilled|low on memory|status of 137/i],
  ["timeout", /timed? ?out|exceed\w* .*(timeout|deadline|duration)|DEADLINE_EXCEEDED/i],
  ["permission", /permission|denied|forbidden|actAs|service account/i],
  ["image", /image|pull/i],
];

/** What a refusal or a failure is about, from Google's words and status code (google/rpc/code.proto). */
export function causeOf(message: string, code?: number): RunCause | null {
  const named = causes.find(([, words]) => words.test(message))?.[0];
  if (named !== undefined) return named;
  return code === 8 ? "quota" : code === 7 ? "permission" : code === 4 ? "timeout" : null;
}

const timeOutReason = "it ran into its timeout";

/**
 * The state of a job (undefined: it was deleted) with the word that its container left. It
 * counts as succeeded only with an exit code of 0; with one, also where Vertex AI lost the machine before it
 * heard of it: the code is written last.
 */
export function jobStatus(job: CustomJob | undefined, ending: RunEnding): JobStatus {
  const { exitCode, failure } = ending;
  if (job === undefined) return deletedJob(exitCode);
  const state = states[job.state] ?? "running";
  const message = job.error?.message ?? "";
  const times = { started: job.startTime ?? null, ended: job.endTime ?? null };
  const status = (reason: string | null, cause: RunCause | null = null): JobStatus => ({
    ...times,
    state,
    exitCode: null,
    reason,
    cause,
  });
  if (state === "queued") return status(waiting(job, message));
  if (state === "running") {
    return status(job.state === "JOB_STATE_CANCELLING" ? "it is being cancelled" : null);
  }
  if (state === "succeeded") {
    if (exitCode === 0) return { ...status(null), exitCode };
    const left = exitCode === null ? "no exit code" : `exit code ${exitCode}`;
    return {
      ...status(`its job succeeded, but left ${left} in the bucket`),
      state: "failed",
      exitCode,
    };
  }
  const cause = causeOf(message, job.error?.code);
  if (state === "cancelled") {
    return cause === "timeout"
      ? { ...status(timeOutReason, cause), state: "failed" }
      : { ...status("cancelled at Vertex AI", "user"), exitCode };
  }
  if (exitCode === 0) return { ...status(null), state: "succeeded", exitCode };
  if (job.state === "JOB_STATE_EXPIRED") return status(timeOutReason, "timeout");
  if (exitCode !== null && exitCode !== 0)
    return { ...status(ownFailure(exitCode, failure), memoryCause(exitCode)), exitCode };
  return status(message === "" ? "Vertex AI does not say why" : message, cause);
}

function deletedJob(exitCode: number | null): JobStatus {
  const gone = { started: null, ended: null, exitCode, cause: null };
  if (exitCode === 0) return { ...gone, state: "succeeded", reason: null };
  return { ...gone, state: "failed", reason: "its job was deleted at Vertex AI" };
}

function waiting(job: CustomJob, message: string): string {
  if (message !== "") return message;
  return job.state === "JOB_STATE_PENDING"
    ? "its machine is being prepared"
    : "waiting for a machine";
}

/** What the entrypoint's own exit codes mean (docker/entrypoint.py). A script may end with the same ones. */
const entrypointFailures: Record<number, string> = {
  70: "a fault of the image's entrypoint",
  73: "its archive could not be unpacked",
  74: "its packages could not be installed",
  75: "a secret could not be read",
  76: "its script is not in the archive",
};

function ownFailure(exitCode: number, failure: string | null): string {
  if (memoryCause(exitCode) !== null) {
    return "killed (SIGKILL), most likely out of memory; use a larger machine";
  }
  const known = entrypointFailures[exitCode];
  if (failure === null || known === undefined) return `exit code ${exitCode}`;
  return `${known}: ${failure} (exit code ${exitCode})`;
}

function memoryCause(exitCode: number): RunCause | null {
  return exitCode === 137 ? "memory" : null;
}
