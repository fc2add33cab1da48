import path from "node:path";
import { hasEnded } from "../../core/run.ts";
import { readSpec, readState, writeState } from "../../storage/run-record.ts";
import { withWorkspaceLock } from "../../storage/workspace-lock.ts";
import type { RunHandle } from "../backend.ts";
import { markCancelled } from "../cancel-mark.ts";
import { mirrorLog } from "./mirror-log.ts";
import { readRemoteFile } from "./remote-file.ts";
import type { Remote } from "./remote.ts";

/** Asks the place to stop the run's job, its log brought home before. One that is being submitted sees the mark and is not. */
export async function cancelJob(remote: Remote, run: RunHandle): Promise<void> {
  const { folder } = run;
  if (await isOver(folder)) return;
  await markCancelled(folder);
  const root = path.resolve(folder, "../../..");
  await withWorkspaceLock({ root }, `mirror-${run.id}`, async () => {
    if (await isOver(folder)) return;
    const spec = await readSpec(folder);
    const job = (await readRemoteFile(folder)).job ?? (await remote.find(spec));
    if (job === undefined) return;
    await mirrorLog(folder, (cursor) => remote.logs(spec, job, cursor)).catch(() => undefined);
    if ((await remote.cancel(spec, job)) === "gone") await endAsCancelled(folder);
  });
}

async function isOver(folder: string): Promise<boolean> {
  const state = await readState(folder);
  return state !== undefined && hasEnded(state.state);
}

async function endAsCancelled(folder: string): Promise<void> {
  const known = await readState(folder);
  if (known === undefined) return;
  const now = new Date().toISOString();
  const ending = { state: "cancelled", cause: "user", reason: "stopped on request" } as const;
  await writeState(folder, { ...known, ...ending, updated: now, ended: now });
}
