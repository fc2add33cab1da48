import { rm } from "node:fs/promises";
import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { movedAway, renewView, type ShownRuns } from "../../storage/experiment/artifacts-view.ts";
import { artifactsOf } from "../../storage/run/run-artifacts.ts";
import { trimArtifacts } from "../../storage/run/trim-artifacts.ts";
import { paths } from "../../storage/workspace/paths.ts";
import { findSuperseded } from "./superseded-runs.ts";

interface Root {
  root: string;
}

/**
 * Makes an experiment's `artifacts/` show the run whose score counts and its newest debug run and, where that was
 * changed, leaves of the runs before them what is kept of every run. What cannot be done now is said and hinders
 * nothing, since a score is never read from there; the next command does it.
 */
export async function renewArtifacts(
  context: Context,
  ws: Root,
  experiment: string,
): Promise<void> {
  try {
    const trim = (shown: ShownRuns) => trimSuperseded(ws, experiment, shown);
    const moved = await renewView(ws, experiment, trim);
    if (moved !== undefined) context.progress.step(movedAway(experiment, moved));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    context.progress.step(`${experiment}: ${error.message}`);
  }
}

async function trimSuperseded(ws: Root, experiment: string, shown: ShownRuns): Promise<void> {
  const { recorded, debug } = await findSuperseded(ws, experiment, shown);
  for (const run of debug) await rm(artifactsOf(paths.run(ws, run)), { recursive: true });
  for (const run of recorded)
    await trimArtifacts(paths.run(ws, run), (file, target) => compact(ws, file, target));
}

/** What is no table, or none that can be read again as it is, stays as the script wrote it. */
async function compact(ws: Root, file: string, target: string): Promise<boolean> {
  const [{ makeDatabase }, { compactTable }] = await Promise.all([
    import("../../tables/database.ts"),
    import("../../tables/compact-table.ts"),
  ]);
  const database = await makeDatabase(paths.cache(ws), { megabytes: 512, threads: 2 });
  try {
    return await compactTable(database, file, target);
  } catch {
    return false;
  } finally {
    await database.close();
  }
}
