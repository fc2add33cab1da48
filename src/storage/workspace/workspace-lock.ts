import { takeLock } from "../files/lock-file.ts";
import { paths } from "./paths.ts";
import type { Workspace } from "./workspace.ts";

const waitMs = 60_000;

/** Runs `work` while no other process of this workspace holds the lock `name`. Waits up to a minute for a living one. */
export async function withWorkspaceLock<T>(
  ws: Pick<Workspace, "root">,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const release = await takeLock(paths.lock(ws, name), waitMs);
  try {
    return await work();
  } finally {
    // The work is done, and a lock that stays is this process's, which the next command finds dead.
    await release().catch(() => {});
  }
}
