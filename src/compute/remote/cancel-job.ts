import { hasEnded } from "../../core/run/run.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { readState } from "../../storage/run/run-record.ts";
import type { Access, RunHandle } from "../backend.ts";
import { requestCancel } from "../cancel-request.ts";
import type { Remote } from "./remote.ts";
import { isHeldByAnother, syncRun } from "./sync-run.ts";

/**
 * Asks the target to stop the run's job. From now on every process that updates the run does, until it has ended: one
 * that is being submitted is not, or is stopped at once.
 */
export async function cancelJob(remote: Remote, run: RunHandle, env: Access["env"]): Promise<void> {
  const known = await readState(run.folder);
  if (known !== undefined && hasEnded(known.state)) return;
  await requestCancel(run.folder);
  try {
    await syncRun(remote, run, env);
  } catch (error) {
    if (isHeldByAnother(error)) return;
    throw error instanceof UserError ? error : notReached(remote, run, error as Error);
  }
}

function notReached({ title }: Remote, { id }: RunHandle, error: Error): UserError {
  return new UserError(
    {
      code: "not-stopped",
      message: `${title} could not be asked to stop run ${id}: ${error.message}`,
      expected: "the run's supervisor, and every command that looks at the run, asks again",
      next: { operation: "stop", input: { run: id }, why: "asks again" },
    },
    { cause: error },
  );
}
