import path from "node:path";
import type { RunSpec } from "../../core/run/run.ts";
import { holdsObject } from "../../clients/google/checksum.ts";
import type { Bucket } from "../../clients/google/storage.ts";
import type { Issue } from "../backend.ts";

/** The data files the run's record names must be in the bucket as they are here: the score is said to come from them. */
export async function checkData(bucket: Bucket, spec: RunSpec, root: string): Promise<Issue[]> {
  const next = { operation: "data push", input: {}, why: "a job reads the data from the bucket" };
  const names = Object.keys(spec.hashes.data);
  const issues = await Promise.all(
    names.map(async (name): Promise<Issue | undefined> => {
      const there = await bucket.stat(name);
      if (there === undefined) return { message: `${name} is not in gs://${bucket.name}`, next };
      return (await holdsObject(path.join(root, name), there))
        ? undefined
        : { message: `${name} in gs://${bucket.name} is not the one here`, next };
    }),
  );
  return issues.filter((issue) => issue !== undefined);
}
