import type { Context } from "../../core/context.ts";
import { hasEnded, type Run } from "../../core/run/run.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { type ListedRun, readRuns } from "../../storage/run/run-list.ts";
import { runFolder } from "../../storage/run/run-record.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";

/**
 * Every run with its true state now, newest first. Remote runs that no supervisor here follows any more are asked after
 * first, and recorded where they have ended; what cannot be asked keeps the state that was last heard.
 */
export async function currentRuns(
  context: Context,
  ws: Workspace,
): Promise<Awaited<ReturnType<typeof readRuns>>> {
  const read = await readRuns(ws);
  const open = read.runs.filter(isOpenRemote);
  if (open.length === 0) return read;
  await Promise.all(open.map((run) => updateRun(context, ws, run)));
  return readRuns(ws);
}

/** Only a remote run's record has a target. A lost one may only have lost its record here. */
function isOpenRemote(run: ListedRun): boolean {
  // What became of a run of this machine is looked up only where it is shown.
  return run.remote && (!hasEnded(run.state) || run.state === "lost");
}

async function updateRun(context: Context, ws: Workspace, { spec }: Run): Promise<void> {
  // Loaded only where there is such a run: most commands have nothing to do with remote runs.
  const [{ openBackend }, { finalizeRun }] = await Promise.all([
    import("./open-target.ts"),
    import("./finalize-run.ts"),
  ]);
  try {
    const backend = await openBackend(context, ws, spec.backend);
    const { state } = await backend.status({ id: spec.id, folder: runFolder(ws, spec.id) });
    if (hasEnded(state)) await finalizeRun(context, ws, spec.id);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    context.progress.step(`run ${spec.id}: ${error.message}`);
  }
}
