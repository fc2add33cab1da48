import { readdir } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { contentMark } from "../../core/submission/submission-message.ts";
import { writeAtomic } from "../../storage/files/atomic-write.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";
import { readTextIfAny } from "../../storage/files/read-text.ts";

/**
 * One submission, written before it is sent and after everything that is learnt
 * of it. `sending`: it is not known whether Kaggle took it. `refused`: Kaggle did not take it.
 */
const entrySchema = z.looseObject({
  schema: z.literal(1),
  competition: z.string(),
  experiment: z.string(),
  /** The run whose files were submitted; null for a file of no run. Entries of older versions do not say. */
  run: z.string().nullish(),
  /** Relative to the workspace. */
  file: z.string(),
  file_sha256: z.string(),
  /** Counts from 1; more where the same content was submitted again on purpose. */
  attempt: z.int(),
  /** The description as sent. */
  description: z.string(),
  notebook: z.object({ ref: z.string(), version: z.int() }).nullable(),
  created: z.string(),
  state: z.enum(["sending", "sent", "refused", "scored", "failed"]),
  /** Submissions Kaggle counted for the day before this one was sent; null where unknown. */
  today_before: z.int().nullable(),
  reference: z.string().nullable(),
  /** Kaggle's words where it refused or could not score. */
  reason: z.string().nullable(),
});
export type JournalEntry = z.output<typeof entrySchema>;

/** All entries of the competition; a file that cannot be read is passed over, since Kaggle's own list says the same. */
export async function readJournal(ws: Workspace): Promise<JournalEntry[]> {
  const names = await readdir(paths.submissionJournal(ws)).catch(() => []);
  const entries = await Promise.all(
    names
      .filter((name) => name.endsWith(".json"))
      .map((name) => readEntry(path.join(paths.submissionJournal(ws), name))),
  );
  return entries.flat().filter(({ competition }) => competition === ws.project.competition_name);
}

async function readEntry(file: string): Promise<JournalEntry[]> {
  try {
    return [entrySchema.parse(JSON.parse((await readTextIfAny(file)) ?? ""))];
  } catch {
    return [];
  }
}

export async function writeJournal(ws: Workspace, entry: JournalEntry): Promise<JournalEntry> {
  const name = `${entry.competition}-${contentMark(entry.file_sha256, entry.attempt).slice(1)}.json`;
  await writeAtomic(
    path.join(paths.submissionJournal(ws), name),
    `${JSON.stringify(entry, null, 2)}\n`,
  );
  return entry;
}
