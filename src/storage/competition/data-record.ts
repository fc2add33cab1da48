import { z } from "zod";
import { writeAtomic } from "../files/atomic-write.ts";
import { paths } from "../workspace/paths.ts";
import { readTextIfAny } from "../files/read-text.ts";

const fileSchema = z.looseObject({
  /** As the platform listed it: what a change there is told by. */
  listedBytes: z.number(),
  created: z.string().nullable(),
  /** As it lies here. */
  bytes: z.number(),
});

/** The data files that were downloaded, by name. */
const recordSchema = z.looseObject({ files: z.record(z.string(), fileSchema) });
export type DataRecord = z.output<typeof recordSchema>;

/** Empty where nothing was downloaded, or the file cannot be read. */
export async function readDataRecord(root: string, slug: string): Promise<DataRecord> {
  try {
    return recordSchema.parse(
      JSON.parse((await readTextIfAny(paths.dataRecord({ root }, slug))) ?? ""),
    );
  } catch {
    return { files: {} };
  }
}

export async function writeDataRecord(
  root: string,
  slug: string,
  record: DataRecord,
): Promise<void> {
  await writeAtomic(paths.dataRecord({ root }, slug), `${JSON.stringify(record, null, 2)}\n`);
}
