import { z } from "zod";
import type { RunSpec } from "../../core/run/run-spec.ts";
import type { Bucket } from "../../clients/google/storage.ts";
import { bucketFolder } from "./vertex-target.ts";

/** How the container says the run ended, in the run's folder of the bucket. */
export interface RunEnding {
  /** `rc`, which it writes last; null where it left none. */
  exitCode: number | null;
  /** Why the script could not run, in words, or by what it was stopped; null where it ran, or that is not known. */
  failure: string | null;
}

const attemptSchema = z.looseObject({ failure: z.string().nullable() });

export async function readEnding(bucket: Bucket, spec: RunSpec): Promise<RunEnding> {
  const folder = bucketFolder(spec);
  const text = (await bucket.read(`${folder}/rc`))?.toString("utf8") ?? "";
  const exitCode = /^\d{1,3}\n$/.test(text) ? Number(text) : null;
  return { exitCode, failure: exitCode ? await readFailure(bucket, folder) : null };
}

/** What the last attempt's `attempt-NN.json` gives. */
async function readFailure(bucket: Bucket, folder: string): Promise<string | null> {
  const attempts = await bucket.list(`${folder}/attempt-`);
  const last = attempts.at(-1);
  const text = last && (await bucket.read(last.name))?.toString("utf8");
  try {
    return attemptSchema.parse(JSON.parse(text ?? "")).failure;
  } catch {
    return null;
  }
}
