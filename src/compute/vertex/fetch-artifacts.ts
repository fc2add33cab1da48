import path from "node:path";
import type { RunSpec } from "../../core/run/run-spec.ts";
import { isDownloaded } from "../../core/transfer/transfer.ts";
import { holdsObject } from "../../clients/google/checksum.ts";
import type { ObjectInfo } from "../../clients/google/object-info.ts";
import type { Bucket } from "../../clients/google/storage.ts";
import { bucketFolder } from "./vertex-target.ts";

/** How many files are under way at once. */
const atOnce = 8;

/**
 * What the run left in `model/` (AIP_MODEL_DIR) into `folder`: of a debug run `debug/` only, of others everything but
 * `debug/` and `checkpoint-*`. Called again, it goes on with what is missing.
 */
export async function fetchArtifacts(bucket: Bucket, spec: RunSpec, folder: string): Promise<void> {
  const { default: pLimit } = await import("p-limit");
  const prefix = `${bucketFolder(spec)}/model/`;
  const listed = await bucket.list(prefix);
  const wanted = listed.filter(({ name }) => isDownloaded(name.slice(prefix.length), spec.debug));
  const limit = pLimit(atOnce);
  let broken: unknown;
  const fetchOne = async (info: ObjectInfo): Promise<void> => {
    // Returned to the caller only when none is under way any more: the next try writes the same files.
    if (broken !== undefined) return;
    try {
      const file = path.join(folder, ...info.name.slice(prefix.length).split("/"));
      if (!(await holdsObject(file, info))) await bucket.download(info.name, file, { info });
    } catch (error) {
      broken ??= error;
    }
  };
  await limit.map(wanted, fetchOne);
  if (broken !== undefined) throw broken;
}
