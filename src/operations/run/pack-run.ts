import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Context } from "../../core/context.ts";
import { listKnownFiles } from "../../git/list-files.ts";
import { exportRequirements } from "../../python/export-requirements.ts";
import { recordFiles } from "../../storage/run/run-record.ts";
import { writeSourceArchive } from "../../storage/experiment/source-archive.ts";
import { workspaceEnv } from "../../storage/workspace/workspace-env.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import type { RunRequest } from "./run-request.ts";

/**
 * Puts beside a run's record what a remote machine needs to run it: its code with the shared code as one archive, and
 * the exact packages of uv.lock.
 */
export async function packRun(
  context: Context,
  ws: Workspace,
  { script }: RunRequest,
  folder: string,
): Promise<void> {
  const env = await workspaceEnv(context, ws.root);
  const requirements = await exportRequirements(ws.root, env);
  await writeFile(path.join(folder, recordFiles.requirements), requirements);
  const { leftOut } = await writeSourceArchive(ws, {
    folder: path.dirname(script),
    codeFolder: path.join(folder, recordFiles.code),
    target: path.join(folder, recordFiles.source),
    known: await listKnownFiles(ws.root),
  });
  for (const { file, reason } of leftOut) {
    context.progress.step(`${file} is not shipped: ${reason}`);
  }
}
