import { existsSync } from "node:fs";
import path from "node:path";
import { writeAtomic } from "../storage/files/atomic-write.ts";
import { recordFiles } from "../storage/run/run-record.ts";

/** Leaves a cancel request in the run's folder. The first is the one that counts; a run that has not begun sees it and does not begin. */
export async function requestCancel(folder: string): Promise<void> {
  const file = path.join(folder, recordFiles.cancel);
  if (!existsSync(file)) await writeAtomic(file, `${new Date().toISOString()}\n`);
}

/** Whether the run was asked to stop. */
export function isCancelRequested(folder: string): boolean {
  return existsSync(path.join(folder, recordFiles.cancel));
}
