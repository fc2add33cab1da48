import { mayBeDone } from "../../clients/http/failure.ts";
import { lookFor } from "../../clients/http/look-for.ts";
import type { RunCause } from "../../core/run/run.ts";
import type { RunSpec } from "../../core/run/run-spec.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { readState, writeState } from "../../storage/run/run-record.ts";
import type { RunHandle, JobRequest } from "../backend.ts";
import { isCancelRequested } from "../cancel-request.ts";
import { startingState } from "../local/launch.ts";
import { startSupervisor } from "../supervisor-process.ts";
import { RefusedJob, type Remote } from "./remote.ts";
import { readRemoteFile, writeRemoteFile } from "./remote-file.ts";

/**
 * Ships the run, starts its job, exactly one, and gives it to a supervisor here that follows it. Whenever this process
 * dies, the record says whether there may be a job, and the job carries the run's id.
 */
export async function submitJob(
  remote: Remote,
  program: readonly string[],
  request: JobRequest,
): Promise<RunHandle> {
  const { spec, folder, say } = request;
  const run = { id: spec.id, folder };
  const starting = { ...startingState(process.pid), remote: true };
  await writeState(folder, starting);
  const end = async (state: "failed" | "cancelled", reason: string, cause: RunCause | null) => {
    const now = new Date().toISOString();
    await writeState(folder, { ...starting, state, reason, cause, updated: now, ended: now });
  };
  try {
    await remote.ship(request);
    if (request.stop.aborted || isCancelRequested(folder)) {
      await end("cancelled", "stopped before its job was submitted", "user");
      return run;
    }
    const job = await startJob(remote, request);
    say(`${remote.title} job ${job}`);
  } catch (error) {
    if (mayBeDone(error)) {
      await writeState(folder, { ...starting, supervisor: null });
      throw unknownJob(remote, spec, error as Error);
    }
    const cause = error instanceof RefusedJob ? error.refusal : null;
    await end("failed", (error as Error).message, cause);
    throw error;
  }
  await writeState(folder, { ...starting, state: "queued", updated: new Date().toISOString() });
  const problem = await startSupervisor(program, request);
  if (problem !== undefined) {
    say(problem);
    await leaveToOthers(folder);
  }
  return run;
}

/** No process follows the run, so every command that asks after it shall update it. */
async function leaveToOthers(folder: string): Promise<void> {
  const known = await readState(folder);
  if (known?.supervisor?.pid !== process.pid) return;
  await writeState(folder, { ...known, supervisor: null });
}

async function startJob(remote: Remote, request: JobRequest): Promise<string> {
  const { spec, folder } = request;
  const known = { ...(await readRemoteFile(folder)), asked: new Date().toISOString() };
  await writeRemoteFile(folder, known);
  const job = await remote.create(request).catch(async (error: unknown) => {
    const found = mayBeDone(error) ? await lookFor(() => remote.find(spec)) : undefined;
    if (found === undefined) throw error;
    return found;
  });
  // A name that cannot be noted is found again by the run's id; the job is there in any case.
  await writeRemoteFile(folder, { ...known, job }).catch(() => undefined);
  return job;
}

function unknownJob(remote: Remote, spec: RunSpec, error: Error): UserError {
  return new UserError(
    {
      code: "job-unknown",
      message: `${remote.title} was asked to start run ${spec.id}, but whether it did is unknown: ${error.message}`,
      expected: "the job is looked for by the run's id before anything else is submitted",
      next: { operation: "wait", input: { run: spec.id }, why: "shows what became of it" },
    },
    { cause: error },
  );
}
