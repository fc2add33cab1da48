import type { Backend, RunHandle } from "../../compute/backend.ts";
import { openBackend } from "../../compute/backends.ts";
import type { Context } from "../../core/context.ts";
import { hasEnded, type RunSpec } from "../../core/run.ts";
import { UserError } from "../../core/user-error.ts";
import { readRuns } from "../../storage/run-record.ts";
import { withWorkspaceLock } from "../../storage/workspace-lock.ts";
import type { Workspace } from "../../storage/workspace.ts";
import { type PreparedRun, prepareRun } from "./prepare-run.ts";
import { runEnvironment } from "./run-environment.ts";
import type { RunRequest } from "./run-request.ts";

export interface StartedRun {
  handle: RunHandle;
  backend: Backend;
}

/** Prepares a run and gives it to its backend. Refuses a second full training of an experiment while one is under way. */
export async function startRun(
  ws: Workspace,
  context: Context,
  request: RunRequest,
): Promise<StartedRun> {
  await refuseSecond(ws, request);
  const prepared = await prepareRun(ws, context, request);
  try {
    const backend = requireBackend(request.backend);
    await checkPlace(backend, prepared.spec);
    const subject = request.experiment ?? "script";
    const handle = await withWorkspaceLock(ws, `train-${subject}`, async () => {
      await refuseSecond(ws, request);
      return submit(ws, context, backend, prepared);
    });
    return { handle, backend };
  } catch (error) {
    await prepared.discard();
    throw error;
  }
}

async function submit(
  ws: Workspace,
  context: Context,
  backend: Backend,
  prepared: PreparedRun,
): Promise<RunHandle> {
  const env = await runEnvironment(ws, context, prepared.spec);
  const folder = await prepared.commit();
  // A Ctrl-C while the run changes hands is meant for the run.
  let pressed = 0;
  const release = context.onInterrupt((times) => (pressed = times));
  const handle = await backend
    .submit({ spec: prepared.spec, folder, root: ws.root, env })
    .finally(release);
  if (pressed > 0) await backend.press(handle, pressed);
  return handle;
}

/** The backend of that name. Throws a UserError for a run of a backend that this version does not have. */
export function requireBackend(name: string): Backend {
  const backend = openBackend(name);
  if (backend !== undefined) return backend;
  throw new UserError({
    code: "no-backend",
    message: `this version of Crossfold cannot run on "${name}"`,
    next: "use the version that made the run",
  });
}

async function checkPlace(backend: Backend, spec: RunSpec): Promise<void> {
  const [issue] = await backend.check(spec);
  if (issue === undefined) return;
  throw new UserError({ code: "place-not-ready", message: issue.message, next: issue.next });
}

/** Two full trainings of one experiment would write the same artifacts. */
async function refuseSecond(ws: Workspace, request: RunRequest): Promise<void> {
  if (request.kind !== "train" || request.debug) return;
  const { runs } = await readRuns(ws);
  const other = runs.find(
    ({ spec, state }) =>
      spec.kind === "train" &&
      spec.experiment === request.experiment &&
      !spec.debug &&
      !hasEnded(state),
  );
  if (other === undefined) return;
  throw new UserError({
    code: "already-training",
    message: `${request.experiment} is being trained already: run ${other.spec.id} is ${other.state}`,
    expected: "one full training of an experiment at a time (both would write its artifacts/)",
    next: `crossfold wait ${other.spec.id}   or: crossfold stop ${other.spec.id}`,
  });
}
