import type { Backend, RunHandle } from "../../compute/backend.ts";
import type { Context } from "../../core/context.ts";
import { resolveRun } from "../../core/run/run-reference.ts";
import type { Run } from "../../core/run/run.ts";
import { runFolder } from "../../storage/run/run-record.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { currentRuns } from "./current-runs.ts";
import { openBackend } from "./open-target.ts";

export interface FoundRun {
  run: Run;
  backend: Backend;
  handle: RunHandle;
}

/** The run that is meant (core/run-reference.ts), with where it runs. */
export async function findRun(
  context: Context,
  ws: Workspace,
  reference: string,
): Promise<FoundRun> {
  const { runs, problems } = await currentRuns(context, ws);
  const run = resolveRun(reference, runs, problems);
  const { id, backend } = run.spec;
  const handle = { id, folder: runFolder(ws, id) };
  return { run, backend: await openBackend(context, ws, backend), handle };
}
