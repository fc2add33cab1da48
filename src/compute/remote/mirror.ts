import { setTimeout as pause } from "node:timers/promises";
import { hasEnded } from "../../core/run/run.ts";
import { trueState } from "../../core/run/run-state.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { identifyProcess } from "../../storage/run/process-identity.ts";
import { isSupervised, readEvidence, readState, writeState } from "../../storage/run/run-record.ts";
import type { Access, Backend, RunHandle } from "../backend.ts";
import { readLog } from "../run-log.ts";
import { cancelJob } from "./cancel-job.ts";
import type { Remote } from "./remote.ts";
import { submitJob } from "./submit-job.ts";
import { isHeldByAnother, syncRun } from "./sync-run.ts";

/**
 * A remote target as a backend: the run's folder here mirrors the job there (log, state, then artifacts), kept up to
 * date by the run's supervisor and, where that is gone, by whoever asks.
 */
export function mirrored(remote: Remote, access: Access): Backend {
  const pace = pollPace(access.env);
  const asked = new Map<string, number>();
  const status = async (run: RunHandle) => {
    const due = Date.now() - (asked.get(run.id) ?? 0) >= pace.mostMs;
    if (due && !(await isSupervised(run.folder))) {
      await askAfter(remote, run, access.env);
      asked.set(run.id, Date.now());
    }
    return trueState((await readEvidence(run.folder)).evidence);
  };
  return {
    check: (spec, root) => remote.check(spec, root),
    submit: (request) => submitJob(remote, access.program, request),
    supervise: (run) => supervise(remote, run, pace, access.env),
    status,
    logs: readLog,
    async cancel(run) {
      await cancelJob(remote, run, access.env);
      while (!hasEnded((await status(run)).state)) await pause(pace.leastMs);
    },
    interrupt: (run) => cancelJob(remote, run, access.env),
  };
}

interface Pace {
  leastMs: number;
  mostMs: number;
}

/** How often a job is asked after: often at first, then every 10 seconds, or as CROSSFOLD_POLL_SECONDS says. */
function pollPace(env: Access["env"]): Pace {
  const seconds = Number(env.CROSSFOLD_POLL_SECONDS);
  const mostMs = seconds > 0 ? seconds * 1000 : 10_000;
  return { leastMs: Math.min(2_000, mostMs), mostMs };
}

/** Follows the job until the run has ended. What goes wrong on the way is said in the record and tried again. */
async function supervise(
  remote: Remote,
  run: RunHandle,
  pace: Pace,
  env: Access["env"],
): Promise<void> {
  const known = await readState(run.folder);
  if (known !== undefined) {
    await writeState(run.folder, { ...known, supervisor: identifyProcess(process.pid) ?? null });
  }
  for (let waitMs = pace.leastMs; ; waitMs = Math.min(waitMs * 1.5, pace.mostMs)) {
    await syncRun(remote, run, env).catch(() => undefined);
    const state = await readState(run.folder);
    if (state !== undefined && hasEnded(state.state)) return;
    await pause(waitMs);
  }
}

/** Throws what the user must fix; the rest is tried again by whoever asks next. */
async function askAfter(remote: Remote, run: RunHandle, env: Access["env"]): Promise<void> {
  try {
    await syncRun(remote, run, env);
  } catch (error) {
    if (error instanceof UserError && !isHeldByAnother(error)) throw error;
  }
}
