import type { Access, Backend, ComputeTarget } from "../../compute/backend.ts";
import { findTarget, ownProgram } from "../../compute/targets.ts";
import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { workspaceEnv } from "../../storage/workspace/workspace-env.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";

type Root = Pick<Workspace, "root">;

/** The backend of that name. Throws a UserError for a run of a backend that this version does not have. */
export async function openBackend(context: Context, ws: Root, name: string): Promise<Backend> {
  return requireTarget(name).open(await accessTo(context, ws));
}

/** The compute target of that name. Throws a UserError for one that this version does not have. */
export function requireTarget(name: string): ComputeTarget {
  const target = findTarget(name);
  if (target !== undefined) return target;
  throw new UserError({
    code: "no-backend",
    message: `this version of Crossfold cannot run on "${name}"`,
    next: "use the version that made the run",
  });
}

/** How compute targets are reached from this workspace. */
export async function accessTo(context: Context, ws: Root): Promise<Access> {
  return {
    program: ownProgram(),
    env: await workspaceEnv(context, ws.root),
    now: () => context.now(),
  };
}
