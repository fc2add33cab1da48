import { existsSync } from "node:fs";
import path from "node:path";
import { hasEnded, type RunSpec, type RunStateFile } from "../../core/run.ts";
import { isAlive } from "../../storage/process-identity.ts";
import { readSpec, readState, recordFiles, writeState } from "../../storage/run-record.ts";
import { withWorkspaceLock } from "../../storage/workspace-lock.ts";
import type { RunHandle } from "../backend.ts";
import { startingState } from "../local/launch.ts";
import { endRun } from "./end-run.ts";
import { mirrorLog } from "./mirror-log.ts";
import { readRemoteFile, writeRemoteFile } from "./remote-file.ts";
import type { Remote } from "./remote.ts";

/** How long a job that was asked for may take to show up before we say that there is none. */
const unseenMs = 120_000;

/** Brings the run's folder up to date with its job, one process at a time: log, state and, at the end, artifacts. */
export async function syncRun(remote: Remote, run: RunHandle): Promise<void> {
  const root = workspaceOf(run.folder);
  await withWorkspaceLock({ root }, `mirror-${run.id}`, async () => {
    const spec = await readSpec(run.folder);
    const known = await readState(run.folder);
    if (known !== undefined && hasEnded(known.state) && known.state !== "lost") return;
    const before = known ?? { ...startingState(process.pid), supervisor: null, elsewhere: true };
    const job = await jobOf(remote, spec, run.folder);
    if (job === undefined) await settleWithoutJob(remote, spec, run.folder, before);
    else await followJob(remote, { spec, run, root, job }, before);
  });
}

/** A run's folder is `.crossfold/runs/<id>` of its workspace. */
function workspaceOf(folder: string): string {
  return path.resolve(folder, "../../..");
}

async function jobOf(remote: Remote, spec: RunSpec, folder: string): Promise<string | undefined> {
  const known = await readRemoteFile(folder);
  if (known.job !== null) return known.job;
  const job = await remote.find(spec);
  if (job !== undefined) await writeRemoteFile(folder, { ...known, job });
  return job;
}

async function settleWithoutJob(
  remote: Remote,
  spec: RunSpec,
  folder: string,
  before: RunStateFile,
): Promise<void> {
  if (before.supervisor !== null && isAlive(before.supervisor)) return;
  const { asked } = await readRemoteFile(folder);
  const since = Date.parse(asked ?? spec.created);
  const now = new Date();
  const updated = now.toISOString();
  if (asked !== null && now.getTime() - since < unseenMs) {
    const reason = `${remote.title} does not know it yet; whether its job was started is not sure`;
    return writeState(folder, { ...before, state: "starting", reason, updated });
  }
  const reason = `its job was never started: the command that submitted it was ended`;
  await writeState(folder, { ...before, state: "failed", reason, updated, ended: updated });
}

interface Followed {
  spec: RunSpec;
  run: RunHandle;
  root: string;
  job: string;
}

/** The state is asked for before the log: of a job that has ended, all output is then there to be read. */
async function followJob(remote: Remote, followed: Followed, before: RunStateFile): Promise<void> {
  const { spec, run, job } = followed;
  const { state, started, ended, exitCode, reason, cause } = await remote.status(spec, job);
  await mirrorLog(run.folder, (cursor) => remote.logs(spec, job, cursor));
  const updated = new Date().toISOString();
  const seen = state === "queued" || state === "starting" ? null : updated;
  const began = started ?? before.started ?? seen;
  const stopped = state === "cancelled" && existsSync(path.join(run.folder, recordFiles.cancel));
  const why = stopped
    ? { reason: "stopped on request", cause: "user" as const }
    : { reason, cause };
  const now = { ...before, ...why, started: began, updated, elsewhere: true };
  if (!hasEnded(state)) return writeState(run.folder, { ...now, state });
  await endRun(remote, followed, { ...now, state, exitCode, ended: ended ?? updated });
}
