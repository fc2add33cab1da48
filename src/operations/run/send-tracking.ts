import path from "node:path";
import type { Context } from "../../core/context.ts";
import type { RunSpec } from "../../core/run/run-spec.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { counted } from "../../core/text/counted.ts";
import { prepareInterpreter } from "../../python/environment.ts";
import { artifactsOf } from "../../storage/run/run-artifacts.ts";
import { readSpec, recordFiles, runFolder } from "../../storage/run/run-record.ts";
import { workspaceEnv } from "../../storage/workspace/workspace-env.ts";
import { withWorkspaceLock } from "../../storage/workspace/workspace-lock.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import {
  hasMissedCalls,
  type MissedCalls,
  removeMissedCalls,
  type SentCalls,
  sendMissedCalls,
} from "../../tracking/missed-calls.ts";

/** Of a run on this machine its record has them; the template's own guard leaves them with the artifacts. */
function missedCallsOf(record: string): MissedCalls[] {
  const done = (name: string) => path.join(record, name);
  return [
    { folder: path.join(record, recordFiles.tracking), done: done(recordFiles.trackingSent) },
    {
      folder: path.join(artifactsOf(record), "mlflow_missed"),
      done: done(`artifacts-${recordFiles.trackingSent}`),
    },
  ];
}

/**
 * Sends MLflow's server what an ended run noted while it could not be reached. Says in a sentence what came of it;
 * undefined where there was nothing to send. Nothing of the run depends on it, so it never throws.
 */
export async function sendTracking(
  context: Context,
  ws: Pick<Workspace, "root">,
  id: string,
): Promise<string | undefined> {
  const record = runFolder(ws, id);
  const missed = missedCallsOf(record).find(hasMissedCalls);
  if (missed === undefined) return undefined;
  return withWorkspaceLock(ws, `tracking-${id}`, async () => {
    if (!hasMissedCalls(missed)) return undefined;
    context.progress.step("sending MLflow what it missed");
    const python = await pythonOf(context, ws, await readSpec(record));
    const env = await workspaceEnv(context, ws.root);
    const result = await sendMissedCalls(python, missed, env);
    const isOwn = missed.folder === path.join(record, recordFiles.tracking);
    if (result.problem === null && isOwn) await removeMissedCalls(missed);
    return sentText(result, id);
  }).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    return `MLflow was not sent what it missed: ${error.message}`;
  });
}

/** The one that ran the script, where that was here. */
async function pythonOf(
  context: Context,
  ws: Pick<Workspace, "root">,
  { backend, command }: RunSpec,
): Promise<string> {
  if (backend === "local") return command[0]!;
  return (await prepareInterpreter(context, ws.root)).file;
}

function sentText({ calls, left, refused, problem }: SentCalls, id: string): string {
  const why = refused.length === 0 ? "" : `; it refused ${refused.length}: ${refused[0]}`;
  if (problem === null) return `MLflow was sent the ${counted(calls, "call")} that it missed${why}`;
  const rest =
    calls === 0 ? "what it missed" : `${left} of ${counted(calls, "call")} that it missed`;
  return `MLflow was not sent ${rest} (${problem})${why}; \`crossfold record ${id}\` tries again`;
}
