import { existsSync } from "node:fs";
import path from "node:path";
import { hasEnded } from "../../core/run/run.ts";
import type { Context } from "../../core/context.ts";
import { watchFolds } from "../../core/run/fold-progress.ts";
import { readRun, recordFiles } from "../../storage/run/run-record.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import type { EndedRun } from "./ended-run.ts";
import { followRun } from "./follow-run.ts";
import { summariseRun } from "./run-summary.ts";
import { finalizeRun } from "./finalize-run.ts";
import type { StartedRun } from "./start-run.ts";

/** Shows a run's output and folds until it ends; Ctrl-C stops it, harder each time. Then sees to its record. */
export async function watchRun(
  context: Context,
  ws: Workspace,
  { backend, handle }: StartedRun,
): Promise<EndedRun> {
  const folds = watchFolds(({ fold, folds: all }) => context.progress.portion(fold, all, "folds"));
  const release = context.onInterrupt((times) => {
    backend.interrupt(handle, times).catch((error: Error) => context.progress.step(error.message));
  });
  const show = (bytes: Uint8Array) => {
    context.progress.output(bytes);
    folds(bytes);
  };
  try {
    await followRun(backend, handle, 0, show, (summary) => context.progress.step(summary));
  } finally {
    release();
  }
  return endedRun(context, ws, handle.id);
}

/** The record of a run that has ended, completed where its supervisor could not. */
export async function endedRun(context: Context, ws: Workspace, id: string): Promise<EndedRun> {
  const outcome = await finalizeRun(context, ws, id);
  const run = await summariseRun(ws, await readRun(ws, id), context.now());
  const beside = path.join(run.folder, recordFiles.workspace);
  if (hasEnded(run.state) && existsSync(path.join(ws.root, beside)))
    context.progress.step(`what the script wrote beside its artifacts/ is in ${beside}`);
  return { run, ...outcome };
}
