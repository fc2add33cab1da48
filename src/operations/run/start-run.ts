import type { Backend, RunHandle } from "../../compute/backend.ts";
import type { Context } from "../../core/context.ts";
import { hasEnded } from "../../core/run/run.ts";
import type { RunSpec } from "../../core/run/run-spec.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { withWorkspaceLock } from "../../storage/workspace/workspace-lock.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { currentRuns } from "./current-runs.ts";
import { accessTo, openBackend, requireTarget } from "./open-target.ts";
import { type TargetedRun, type PreparedRun, prepareRun } from "./prepare-run.ts";
import { runEnvironment } from "./run-environment.ts";
import type { RunRequest } from "./run-request.ts";

export interface StartedRun {
  handle: RunHandle;
  backend: Backend;
}

/** Prepares a run and gives it to its backend. Refuses a second full training of an experiment while one is under way. */
export async function startRun(
  context: Context,
  ws: Workspace,
  request: RunRequest,
): Promise<StartedRun> {
  await refuseSecond(context, ws, request);
  const prepared = await prepareRun(context, ws, request, await planRun(context, ws, request));
  try {
    const backend = await openBackend(context, ws, request.backend);
    await checkTarget(backend, prepared.spec, ws.root);
    const subject = request.experiment ?? "script";
    const handle = await withWorkspaceLock(ws, `train-${subject}`, async () => {
      await refuseSecond(context, ws, request);
      return submit(context, ws, backend, prepared);
    });
    return { handle, backend };
  } catch (error) {
    await prepared.discard();
    throw error;
  }
}

/** What a machine request comes to, said before anything is submitted. */
async function planRun(context: Context, ws: Workspace, request: RunRequest): Promise<TargetedRun> {
  const target = requireTarget(request.backend);
  const plan = await target.plan(request.machine ?? {}, ws.project, await accessTo(context, ws));
  for (const line of plan.summary) context.progress.step(line);
  return { remote: target.remote, target: plan.target };
}

async function submit(
  context: Context,
  ws: Workspace,
  backend: Backend,
  prepared: PreparedRun,
): Promise<RunHandle> {
  const env = await runEnvironment(context, ws, prepared.spec);
  const folder = await prepared.commit();
  // A Ctrl-C while the run changes hands is meant for the run.
  let interrupts = 0;
  const stop = new AbortController();
  const release = context.onInterrupt((times) => {
    interrupts = times;
    stop.abort();
  });
  const say = (text: string) => context.progress.step(text);
  const handle = await backend
    .submit({ spec: prepared.spec, folder, root: ws.root, env, say, stop: stop.signal })
    .finally(release);
  if (interrupts > 0) await backend.interrupt(handle, interrupts);
  return handle;
}

async function checkTarget(backend: Backend, spec: RunSpec, root: string): Promise<void> {
  const [issue] = await backend.check(spec, root);
  if (issue === undefined) return;
  throw new UserError({ code: "target-not-ready", message: issue.message, next: issue.next });
}

/** Two full trainings of one experiment would write the same artifacts. */
async function refuseSecond(context: Context, ws: Workspace, request: RunRequest): Promise<void> {
  if (request.kind !== "train" || request.debug) return;
  const { runs } = await currentRuns(context, ws);
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
    next: {
      operation: "wait",
      input: { run: other.spec.id },
      why: "then train again; `stop` ends it now",
    },
  });
}
