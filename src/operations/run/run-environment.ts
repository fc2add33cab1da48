import path from "node:path";
import type { Context } from "../../core/context.ts";
import type { RunSpec } from "../../core/run/run-spec.ts";
import { recordFiles, runFolder } from "../../storage/run/run-record.ts";
import { workspaceEnv } from "../../storage/workspace/workspace-env.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { mlflowGuard } from "../../tracking/missed-calls.ts";
import { mlflowEnvironment } from "../../tracking/mlflow-environment.ts";

/** The script's environment: ours, what `.env` adds to it, MLflow's and the run's. It is passed on, never written. */
export async function runEnvironment(
  context: Context,
  ws: Workspace,
  spec: RunSpec,
): Promise<Record<string, string | undefined>> {
  const given = await workspaceEnv(context, ws.root);
  return {
    ...given,
    ...mlflowEnvironment(ws.root, ws.project.competition_name, spec, given),
    ...mlflowGuard(path.join(runFolder(ws, spec.id), recordFiles.tracking), given),
    CROSSFOLD_RUN_ID: spec.id,
    PYTHONUNBUFFERED: "1",
  };
}
