import path from "node:path";
import { counted } from "../../core/text/counted.ts";
import type { RunSpec } from "../../core/run/run-spec.ts";
import { holdsObject } from "../../clients/google/checksum.ts";
import type { Bucket } from "../../clients/google/storage.ts";
import { type DataEntryOnDisk, readDataEntry } from "../../storage/competition/data-entry.ts";
import type { Issue } from "../backend.ts";

/** The data files the run's record names must be in the bucket as they are here: the score is said to come from them. */
export async function checkData(bucket: Bucket, spec: RunSpec, root: string): Promise<Issue[]> {
  const next = { operation: "data push", input: {}, why: "a job reads the data from the bucket" };
  const names = Object.keys(spec.hashes.data);
  const issues = await Promise.all(
    names.map(async (name): Promise<Issue | undefined> => {
      const entry = await readDataEntry(root, name);
      if (entry?.kind === "files") return checkFiles(bucket, root, name, entry);
      const there = await bucket.stat(name);
      if (there === undefined) return { message: `${name} is not in gs://${bucket.name}`, next };
      return (await holdsObject(path.join(root, name), there))
        ? undefined
        : { message: `${name} in gs://${bucket.name} is not the one here`, next };
    }),
  );
  return issues.filter((issue) => issue !== undefined);
}

/** Of many files, that each is there with its size. */
async function checkFiles(
  bucket: Bucket,
  root: string,
  name: string,
  { folder, files }: Extract<DataEntryOnDisk, { kind: "files" }>,
): Promise<Issue | undefined> {
  const prefix = `${path.relative(root, folder)}/`;
  const sizes = new Map((await bucket.list(prefix)).map((one) => [one.name, Number(one.size)]));
  const missing = files.filter((one) => sizes.get(prefix + one.path) !== one.size).length;
  if (missing === 0) return undefined;
  const message = `${name}: ${missing} of ${counted(files.length, "file")} not in gs://${bucket.name} as here`;
  return {
    message,
    next: { operation: "data push", input: {}, why: "a job reads the data from the bucket" },
  };
}
