import path from "node:path";
import type { Context } from "../../core/context.ts";
import { readSpec } from "../../storage/run/run-record.ts";
import { openWorkspace } from "../../storage/workspace/workspace.ts";
import { openBackend } from "./open-target.ts";
import { completeRecord, finalizeRun } from "./finalize-run.ts";
import { sendTracking } from "./send-tracking.ts";

/**
 * The life of a run's supervisor (hidden command `supervise`): the run, then its record. `context.cwd` is the
 * workspace, `context.env` the run's environment. What goes wrong in recording is said in the supervisor's log and
 * leaves the run's state alone.
 */
export async function supervise(context: Context, runDir: string): Promise<void> {
  const id = path.basename(runDir);
  const { backend: target } = await readSpec(runDir);
  const backend = await openBackend(context, { root: context.cwd }, target);
  await backend.supervise({ id, folder: runDir });
  await completeRecord({ root: context.cwd }, id);
  const ws = await openWorkspace(context.cwd);
  const { summary, problem } = await finalizeRun(context, ws, id);
  context.progress.step(problem ?? summary);
  const sent = await sendTracking(context, ws, id);
  if (sent !== undefined) context.progress.step(sent);
}
