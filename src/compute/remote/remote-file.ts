import path from "node:path";
import { z } from "zod";
import { writeAtomic } from "../../storage/files/atomic-write.ts";
import { recordFiles } from "../../storage/run/run-record.ts";
import { readTextIfAny } from "../../storage/files/read-text.ts";

/** `remote.json`: what this machine knows of a remote job. */
const remoteFileSchema = z.looseObject({
  /** The target's name for the job; null until it is known. */
  job: z.string().nullable(),
  /** When a job was first asked for, ISO 8601, UTC; from then on there may be one that we do not know the name of. */
  asked: z.string().nullable().default(null),
  /** How much of the job's output is in output.log: the target's cursor, and the bytes up to it. */
  log: z.object({ cursor: z.string().nullable(), size: z.int().min(0) }),
});
export type RemoteFile = z.output<typeof remoteFileSchema>;

/** What is known of the run's job; nothing where the file is missing or damaged, as it can be found again. */
export async function readRemoteFile(folder: string): Promise<RemoteFile> {
  const file = path.join(folder, recordFiles.remote);
  const text = (await readTextIfAny(file)) ?? "";
  try {
    return remoteFileSchema.parse(JSON.parse(text));
  } catch {
    return { job: null, asked: null, log: { cursor: null, size: 0 } };
  }
}

export async function writeRemoteFile(folder: string, known: RemoteFile): Promise<void> {
  const text = JSON.stringify(known, null, 2) + "\n";
  await writeAtomic(path.join(folder, recordFiles.remote), text);
}
