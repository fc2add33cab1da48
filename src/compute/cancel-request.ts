import { existsSync } from "node:fs";
import path from "node:path";
import { writeAtomic } from "../storage/files/atomic-write.ts";
import { recordFiles } from "../storage/run/run-record.ts";

/** Leaves word in the run's folder that it shall stop. The first request is the one that counts; a run that has not begun sees it and does not begin. */
export async function requestCancel(folder: string): Promise<void> {
  const file = path.join(folder, recordFiles.cancel);
  if (!existsSync(file)) await writeAtomic(file, `${new Date().toISOString()}\n`);
}
