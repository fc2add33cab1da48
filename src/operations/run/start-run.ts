import type { Backend, RunHandle } from "../../compute/backend.ts";
import type { Context } from "../../core/context.ts";
import type { RunSpec } from "../../core/run/run-spec.ts";
import { writeRunSecrets } from "../../core/secrets/run-secrets.ts";
import { UserError } from "../../core/errors/user-error.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { accessTo, openBackend, requireTarget } from "./open-target.ts";
import { type TargetedRun, type PreparedRun, prepareRun } from "./prepare-run.ts";
import { runEnvironment } from "./run-environment.ts";
import type { RunRequest } from "./run-request.ts";

export interface StartedRun {
  handle: RunHandle;
  backend: Backend;
}

/** Prepares a run and gives it to its backend. Runs of one experiment may go on beside each other: each has its own files. */
export async function startRun(
  context: Context,
  ws: Workspace,
  request: RunRequest,
): Promise<StartedRun> {
  const prepared = await prepareRun(context, ws, request, await planRun(context, ws, request));
  try {
    const backend = await openBackend(context, ws, request.backend);
    await checkTarget(backend, prepared.spec, ws.root);
    return { handle: await submit(context, ws, backend, prepared), backend };
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
  const env = {
    ...(await runEnvironment(context, ws, prepared.spec)),
    ...writeRunSecrets(prepared.secrets),
  };
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
