import { constants, existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import path from "node:path";
import type { Context } from "../../core/context.ts";
import { withView } from "../../storage/experiment/artifacts-view.ts";
import { requireUnchangedArtifacts } from "../../storage/experiment/recorded-artifacts.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import { renewArtifacts } from "../artifacts/renew-artifacts.ts";

/**
 * Copies into `folder` what a script of the experiment finds as its `artifacts/`: those of the run whose score is the
 * experiment's, which it gives, and those of its newest debug run. Without such a run, what lies there; null then.
 * Throws a UserError where the run's files are not what was scored.
 */
export async function useArtifacts(
  context: Context,
  ws: Workspace,
  experiment: string,
  folder: string,
): Promise<string | null> {
  const problem = await renewArtifacts(context, ws, experiment);
  if (problem !== undefined) context.progress.step(problem);
  // A run that is recorded meanwhile would take away from the one that is copied.
  return withView(ws, experiment, () => copyUsed(ws, experiment, folder));
}

async function copyUsed(ws: Workspace, experiment: string, folder: string): Promise<string | null> {
  const recorded = await requireUnchangedArtifacts(ws, experiment);
  const shown = paths.artifacts(ws, experiment);
  const options = { recursive: true, preserveTimestamps: true, mode: constants.COPYFILE_FICLONE };
  if (recorded === undefined) {
    if (existsSync(shown)) await cp(shown, folder, options);
    return null;
  }
  await cp(recorded.folder, folder, options);
  const debug = path.join(shown, "debug");
  if (existsSync(debug)) await cp(debug, path.join(folder, "debug"), options);
  return recorded.run;
}
