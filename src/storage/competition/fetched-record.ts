import { z } from "zod";
import { writeAtomic } from "../files/atomic-write.ts";
import { paths } from "../workspace/paths.ts";
import { readTextIfAny } from "../files/read-text.ts";

const value = z.union([z.string(), z.number(), z.boolean()]);

/** What was last fetched of a competition, to tell a change at the platform from one made here. */
const recordSchema = z.looseObject({
  /** Values by their key in project.yml: `metadata.deadline`. */
  settings: z.record(z.string(), value).catch({}).default({}),
  /** SHA-256 of each document as it was written, by the page's name. */
  docs: z.record(z.string(), z.string()).catch({}).default({}),
});
export type FetchedRecord = z.output<typeof recordSchema>;

/** Empty where nothing was fetched here, or the file cannot be read. */
export async function readFetched(root: string, slug: string): Promise<FetchedRecord> {
  try {
    return recordSchema.parse(
      JSON.parse((await readTextIfAny(paths.fetchedRecord({ root }, slug))) ?? ""),
    );
  } catch {
    return { settings: {}, docs: {} };
  }
}

export async function writeFetched(
  root: string,
  slug: string,
  record: FetchedRecord,
): Promise<void> {
  await writeAtomic(paths.fetchedRecord({ root }, slug), `${JSON.stringify(record, null, 2)}\n`);
}
