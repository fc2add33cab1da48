import type { Backend, RunHandle } from "../../compute/backend.ts";
import { resolveRun } from "../../core/run-reference.ts";
import type { Run } from "../../core/run.ts";
import { readRuns, runFolder } from "../../storage/run-record.ts";
import type { Workspace } from "../../storage/workspace.ts";
import { requireBackend } from "./start-run.ts";

export interface FoundRun {
  run: Run;
  backend: Backend;
  handle: RunHandle;
}

/** The run that is meant (core/run-reference.ts), with where it runs. */
export async function findRun(ws: Workspace, reference: string): Promise<FoundRun> {
  const { runs } = await readRuns(ws);
  const run = resolveRun(reference, runs);
  const { id, backend } = run.spec;
  return { run, backend: requireBackend(backend), handle: { id, folder: runFolder(ws, id) } };
}
