import type { RunStateFile } from "../../core/run/run-state-file.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { identifyProcess } from "../../storage/run/process-identity.ts";
import { readState, writeState } from "../../storage/run/run-record.ts";
import type { RunHandle, JobRequest } from "../backend.ts";
import { startSupervisor } from "../supervisor-process.ts";

/** Gives the run to a supervisor of its own. Until that has taken it over the record names this process. */
export async function launchSupervisor(
  program: readonly string[],
  request: JobRequest,
): Promise<RunHandle> {
  const { spec, folder } = request;
  const known = await readState(folder);
  if (known !== undefined) return { id: spec.id, folder };
  const starting = startingState(process.pid);
  await writeState(folder, starting);
  const problem = await startSupervisor(program, request);
  if (problem === undefined) return { id: spec.id, folder };
  const now = new Date().toISOString();
  await writeState(folder, {
    ...starting,
    state: "failed",
    ended: now,
    updated: now,
    reason: problem,
  });
  throw new UserError({
    code: "no-supervisor",
    message: problem,
    next: "run the same command again",
  });
}

/** The state of a run that `pid` looks after and that has no process of its own yet. */
export function startingState(pid: number): RunStateFile {
  return {
    state: "starting",
    updated: new Date().toISOString(),
    started: null,
    ended: null,
    supervisor: identifyProcess(pid) ?? null,
    child: null,
    exitCode: null,
    reason: null,
    cause: null,
    remote: false,
  };
}
