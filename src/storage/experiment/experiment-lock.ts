import { withWorkspaceLock } from "../workspace/workspace-lock.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** Held while an experiment's number is chosen and its folder or task is made, so that none is given twice. */
export async function withExperimentLock<T>(ws: Workspace, work: () => Promise<T>): Promise<T> {
  return withWorkspaceLock(ws, "experiments", work);
}
