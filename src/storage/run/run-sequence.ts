import { readTextIfAny } from "../files/read-text.ts";
import { writeAtomic } from "../files/atomic-write.ts";
import { paths } from "../workspace/paths.ts";
import { withWorkspaceLock } from "../workspace/workspace-lock.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { readRuns } from "./run-list.ts";

type Root = Pick<Workspace, "root">;

/** The next number of a run in the order they are started, which no clock decides. None is given twice. */
export async function nextRunSequence(ws: Root): Promise<number> {
  return withWorkspaceLock(ws, "run-sequence", async () => {
    const next = ((await lastGiven(ws)) ?? (await highestRecorded(ws))) + 1;
    await writeAtomic(paths.runSequence(ws), `${next}\n`);
    return next;
  });
}

async function lastGiven(ws: Root): Promise<number | undefined> {
  const text = (await readTextIfAny(paths.runSequence(ws))) ?? "";
  return /^\d{1,15}\n$/.test(text) ? Number(text) : undefined;
}

/** Where the file was lost. */
async function highestRecorded(ws: Root): Promise<number> {
  const { runs } = await readRuns(ws);
  return runs.reduce((highest, { spec }) => Math.max(highest, spec.sequence ?? 0), 0);
}
