import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { movedAway, renewView } from "../../storage/experiment/artifacts-view.ts";
import { readRuns } from "../../storage/run/run-list.ts";
import { findSuperseded } from "./superseded-runs.ts";
import { trimRuns } from "./trim-runs.ts";

/**
 * Makes an experiment's `artifacts/` show the run whose score counts and its newest debug run and, where that was
 * changed, leaves of the runs before them what is kept of every run. Gives why that cannot be done now, which hinders
 * nothing, since a score is never read from there; the next command does it.
 */
export async function renewArtifacts(
  context: Context,
  ws: { root: string },
  experiment: string,
): Promise<string | undefined> {
  try {
    const moved = await renewView(ws, experiment, async (shown) => {
      const { runs } = await readRuns(ws);
      await trimRuns(ws, await findSuperseded(ws, runs, experiment, shown));
    });
    if (moved !== undefined) context.progress.step(movedAway(experiment, moved));
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError) && !isOfMachine(error)) throw error;
    return `${experiment}: ${error.message}`;
  }
}

/** What the file system refuses. */
function isOfMachine(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === "string";
}
