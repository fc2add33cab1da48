import { mkdir } from "node:fs/promises";
import path from "node:path";
import { lock } from "proper-lockfile";
import { UserError } from "../../core/errors/user-error.ts";
import { writeFailure } from "../files/atomic-write.ts";
import { paths } from "./paths.ts";
import type { Workspace } from "./workspace.ts";

const waitMs = 60_000;
const tryEveryMs = 100;

/**
 * Runs `work` while no other process of this workspace holds the lock `name`. Waits up to a minute; a lock whose holder was killed is taken over after ten seconds.
 */
export async function withWorkspaceLock<T>(
  ws: Pick<Workspace, "root">,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const release = await takeLock(paths.lock(ws, name));
  try {
    return await work();
  } finally {
    // Taken over while this process was stopped (Ctrl-Z, a sleeping laptop): there is nothing left to release.
    await release().catch(() => {});
  }
}

async function takeLock(file: string): Promise<() => Promise<void>> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    return await lock(file, {
      realpath: false,
      lockfilePath: file,
      stale: 10_000,
      retries: {
        retries: waitMs / tryEveryMs,
        factor: 1,
        minTimeout: tryEveryMs / 2,
        maxTimeout: tryEveryMs,
        randomize: true,
      },
      onCompromised: () => {},
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw writeFailure(file, error);
    throw new UserError(
      {
        code: "locked",
        message: `another crossfold command has held ${file} for a minute`,
        next: "wait for it, then run the same command again",
      },
      { cause: error },
    );
  }
}
