import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { RunCause, RunSpec } from "../../core/run/run.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { readState, recordFiles, writeState } from "../../storage/run/run-record.ts";
import type { RunHandle, JobRequest } from "../backend.ts";
import { startingState } from "../local/launch.ts";
import { handOver } from "../supervisor-process.ts";
import { RefusedJob, type Remote, UnknownOutcome } from "./remote.ts";
import { readRemoteFile, writeRemoteFile } from "./remote-file.ts";

/**
 * Ships the run, starts its job, exactly one, and gives it to a supervisor here that follows it. Whenever this process
 * dies, the record says whether there may be a job, and the job carries the run's id.
 */
export async function submitJob(
  remote: Remote,
  program: readonly string[],
  submission: JobRequest,
): Promise<RunHandle> {
  const { spec, folder, say } = submission;
  const run = { id: spec.id, folder };
  const starting = { ...startingState(process.pid), elsewhere: true };
  await writeState(folder, starting);
  const end = async (state: "failed" | "cancelled", reason: string, cause: RunCause | null) => {
    const now = new Date().toISOString();
    await writeState(folder, { ...starting, state, reason, cause, updated: now, ended: now });
  };
  try {
    await remote.ship(submission);
    if (submission.stop.aborted || existsSync(path.join(folder, recordFiles.cancel))) {
      await end("cancelled", "stopped before its job was submitted", "user");
      return run;
    }
    const job = await startJob(remote, submission);
    say(`${remote.title} job ${job}`);
  } catch (error) {
    if (error instanceof UnknownOutcome) {
      await writeState(folder, { ...starting, supervisor: null });
      throw unknownJob(remote, spec, error);
    }
    const cause = error instanceof RefusedJob ? error.refusal : null;
    await end("failed", (error as Error).message, cause);
    throw error;
  }
  await writeState(folder, { ...starting, state: "queued", updated: new Date().toISOString() });
  const problem = await handOver(program, submission);
  if (problem !== undefined) {
    say(problem);
    await leaveToOthers(folder);
  }
  return run;
}

/** Nobody follows the run, so every command that asks after it shall bring it up to date. */
async function leaveToOthers(folder: string): Promise<void> {
  const known = await readState(folder);
  if (known?.supervisor?.pid !== process.pid) return;
  await writeState(folder, { ...known, supervisor: null });
}

async function startJob(remote: Remote, submission: JobRequest): Promise<string> {
  const { spec, folder } = submission;
  const known = { ...(await readRemoteFile(folder)), asked: new Date().toISOString() };
  await writeRemoteFile(folder, known);
  const job = await remote.create(submission).catch(async (error: unknown) => {
    if (!(error instanceof UnknownOutcome)) throw error;
    return lookFor(remote, spec, error);
  });
  // A name that cannot be noted is found again by the run's id; the job is there in any case.
  await writeRemoteFile(folder, { ...known, job }).catch(() => undefined);
  return job;
}

/** Looks for a job that may have been started; a list may lag behind. */
async function lookFor(remote: Remote, spec: RunSpec, lost: UnknownOutcome): Promise<string> {
  for (const seconds of [0, 1, 2, 4, 8]) {
    await pause(seconds * 1000);
    const job = await remote.find(spec).catch(() => undefined);
    if (job !== undefined) return job;
  }
  throw lost;
}

function unknownJob(remote: Remote, spec: RunSpec, error: UnknownOutcome): UserError {
  return new UserError(
    {
      code: "job-unknown",
      message: `${remote.title} was asked to start run ${spec.id}, and its answer was lost on the way: ${(error.cause as Error).message}`,
      expected: "the job is looked for by the run's id before anything else is submitted",
      next: { operation: "wait", input: { run: spec.id }, why: "says what became of it" },
    },
    { cause: error },
  );
}
