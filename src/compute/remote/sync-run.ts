import { hasEnded } from "../../core/run/run.ts";
import { type RunSpec } from "../../core/run/run-spec.ts";
import { type RunStateFile } from "../../core/run/run-state-file.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { isAlive } from "../../storage/run/process-identity.ts";
import { readSpec, readState, workspaceOfRun, writeState } from "../../storage/run/run-record.ts";
import { workspaceSecrets } from "../../storage/workspace/workspace-secrets.ts";
import { withWorkspaceLock } from "../../storage/workspace/workspace-lock.ts";
import type { Access, RunHandle } from "../backend.ts";
import { isCancelRequested } from "../cancel-request.ts";
import { startingState } from "../local/launch.ts";
import { DownloadFailed, finishRun } from "./finish-run.ts";
import { mirrorLog } from "./mirror-log.ts";
import { readRemoteFile, writeRemoteFile } from "./remote-file.ts";
import type { Remote } from "./remote.ts";

/** How long a job that was asked for may take to show up before we say that there is none. */
const unseenMs = 120_000;

/**
 * Updates the run's folder from its job, one process at a time: log, state and, at the end, artifacts; stops
 * the job where that was asked for. What goes wrong is noted in the record and thrown.
 */
export async function syncRun(remote: Remote, run: RunHandle, env: Access["env"]): Promise<void> {
  const root = workspaceOfRun(run.folder);
  await withWorkspaceLock({ root }, `mirror-${run.id}`, async () => {
    try {
      await syncLocked(remote, run, await workspaceSecrets(root, env));
    } catch (error) {
      await noteFailure(remote, run.folder, error as Error).catch(() => undefined);
      throw error instanceof DownloadFailed ? error.cause : error;
    }
  });
}

async function syncLocked(
  remote: Remote,
  run: RunHandle,
  secrets: readonly string[],
): Promise<void> {
  const spec = await readSpec(run.folder);
  const known = await readState(run.folder);
  if (known !== undefined && hasEnded(known.state) && known.state !== "lost") return;
  const before = known ?? { ...startingState(process.pid), supervisor: null, remote: true };
  const job = await jobOf(remote, spec, run.folder);
  if (job === undefined) await finishWithoutJob(remote, spec, run.folder, before);
  else await followJob(remote, { spec, run, job, secrets }, before);
}

/** The state stays what was last heard. */
async function noteFailure({ title }: Remote, folder: string, error: Error): Promise<void> {
  const known = await readState(folder);
  if (known === undefined || hasEnded(known.state)) return;
  const isDownload = error instanceof DownloadFailed;
  const unheard = `${title} could not be reached (last update ${known.updated}): ${error.message}`;
  const reason = isDownload ? error.message : unheard;
  if (known.reason !== reason) await writeState(folder, { ...known, reason });
}

/** Another process updates the run, which may take it long: what is to be done, it does. */
export function isHeldByAnother(error: unknown): boolean {
  return error instanceof UserError && error.code === "locked";
}

async function jobOf(remote: Remote, spec: RunSpec, folder: string): Promise<string | undefined> {
  const known = await readRemoteFile(folder);
  if (known.job !== null) return known.job;
  const job = await remote.find(spec);
  if (job !== undefined) await writeRemoteFile(folder, { ...known, job });
  return job;
}

async function finishWithoutJob(
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
  const ended = { ...before, updated, ended: updated };
  if (asked === null && isCancelRequested(folder)) {
    const reason = "stopped before its job was submitted";
    return writeState(folder, { ...ended, state: "cancelled", cause: "user", reason });
  }
  if (asked !== null && now.getTime() - since < unseenMs) {
    const reason = `${remote.title} does not know it yet; whether its job was started is unknown`;
    return writeState(folder, { ...before, state: "starting", reason, updated });
  }
  const reason = `its job was never started: the command that submitted it was ended`;
  await writeState(folder, { ...ended, state: "failed", reason });
}

interface Followed {
  spec: RunSpec;
  run: RunHandle;
  job: string;
  /** What is masked in its log. */
  secrets: readonly string[];
}

/**
 * The state is asked for before the log: of a job that has ended, all output is then there to be read. A job that shall
 * stop is told so until it has ended, whether its log can be read or not; its output may be gone afterwards.
 */
async function followJob(remote: Remote, followed: Followed, before: RunStateFile): Promise<void> {
  const { spec, run, job, secrets } = followed;
  const { state, started, ended, exitCode, reason, cause } = await remote.status(spec, job);
  const stopping = !hasEnded(state) && isCancelRequested(run.folder);
  const mirrored = mirrorLog(run.folder, (cursor) => remote.logs(spec, job, cursor), secrets);
  await (stopping ? mirrored.catch(() => undefined) : mirrored);
  const updated = new Date().toISOString();
  // Where the target does not say when it began, the first time that it was seen running counts.
  const seen = state === "running" ? updated : null;
  const began = started ?? before.started ?? seen;
  const why =
    state === "cancelled" && isCancelRequested(run.folder) ? stoppedByUser : { reason, cause };
  const now = { ...before, ...why, started: began, updated, remote: true };
  if (hasEnded(state)) {
    return finishRun(remote, followed, { ...now, state, exitCode, ended: ended ?? updated });
  }
  await writeState(run.folder, { ...now, state });
  if (stopping && (await remote.cancel(spec, job)) === "gone") {
    await writeState(run.folder, { ...now, ...stoppedByUser, state: "cancelled", ended: updated });
  }
}

const stoppedByUser = { reason: "stopped on request", cause: "user" } as const;
