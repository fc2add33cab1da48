import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { writeAtomic } from "../files/atomic-write.ts";

const value = z.union([z.string(), z.number(), z.boolean()]);

/** What was last fetched of a competition, to tell a change over there from one made here. */
const recordSchema = z.looseObject({
  /** Values by their place in project.yml: `metadata.deadline`. */
  settings: z.record(z.string(), value).catch({}).default({}),
  /** SHA-256 of each document as it was written, by the page's name. */
  docs: z.record(z.string(), z.string()).catch({}).default({}),
});
export type FetchedRecord = z.output<typeof recordSchema>;

function recordFile(root: string, slug: string): string {
  return path.join(root, ".crossfold", "kaggle", `${slug}.json`);
}

/** Empty where nothing was fetched here, or the file cannot be read. */
export async function readFetched(root: string, slug: string): Promise<FetchedRecord> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(recordFile(root, slug), "utf8")));
  } catch {
    return { settings: {}, docs: {} };
  }
}

export async function writeFetched(
  root: string,
  slug: string,
  record: FetchedRecord,
): Promise<void> {
  await writeAtomic(recordFile(root, slug), `${JSON.stringify(record, null, 2)}\n`);
}
