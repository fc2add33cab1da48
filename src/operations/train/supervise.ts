import path from "node:path";
import { superviseScript } from "../../compute/local/supervisor.ts";
import type { Context } from "../../core/context.ts";
import { openWorkspace } from "../../storage/workspace.ts";
import { completeRecord, settleRun } from "./settle-run.ts";

/**
 * The life of a local run's supervisor (hidden command `supervise`): the script, then the record. `context.cwd` is the
 * workspace, `context.env` the script's environment. What goes wrong in recording is said in the supervisor's log and
 * leaves the run's state alone.
 */
export async function supervise(runDir: string, context: Context): Promise<void> {
  const id = path.basename(runDir);
  await superviseScript(runDir, { cwd: context.cwd, env: context.env });
  await completeRecord({ root: context.cwd }, id);
  const ws = await openWorkspace(context.cwd);
  const { says, problem } = await settleRun(ws, id, context);
  context.progress.step(problem ?? says);
}
