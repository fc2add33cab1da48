import path from "node:path";
import pLimit from "p-limit";
import type { Context } from "../../core/context.ts";
import {
  type Direction,
  isLitter,
  isSafePath,
  mtimeOfObject,
  needsHash,
  type Pair,
  type Side,
} from "../../core/transfer/transfer.ts";
import { checksumOf } from "../../clients/google/checksum.ts";
import { openChecksumCache } from "../../clients/google/checksum-cache.ts";
import { withGoogleProblems } from "../../clients/google/google-problem.ts";
import type { ObjectInfo } from "../../clients/google/object-info.ts";
import type { Bucket } from "../../clients/google/storage.ts";
import { listFolder } from "../../storage/files/folder-files.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";

/** An object's name is the file's path in the workspace. */
export type FilePair = Pair<Side, Side & { info: ObjectInfo }>;

export interface TransferRequest {
  direction: Direction;
  bucket: Bucket;
  /** Folders of the workspace, `data/input/titanic`. */
  folders: readonly string[];
  /** Whether a path below one of the folders comes along. */
  wanted?: (path: string) => boolean;
  overwrite: boolean;
  dryRun: boolean;
}

/** The side that files come from. */
export function sourceOf(direction: Direction, pair: FilePair): Side | undefined {
  return direction === "push" ? pair.local : pair.remote;
}

export interface BucketDiff {
  pairs: FilePair[];
  refused: { path: string; why: string }[];
  leftOut: number;
}

/** Lists both sides and reads what only its contents can tell apart. */
export async function diffWithBucket(
  context: Context,
  ws: Workspace,
  request: TransferRequest,
): Promise<BucketDiff> {
  const { bucket, folders, direction, wanted = () => true } = request;
  context.progress.step(`comparing ${folders.join(", ")} with gs://${bucket.name}`);
  const both: BucketDiff = { pairs: [], refused: [], leftOut: 0 };
  for (const folder of folders) {
    const [local, remote] = await Promise.all([
      listFolder(path.join(ws.root, folder)),
      listObjects(ws, bucket, folder),
    ]);
    const byPath = new Map<string, FilePair>();
    const pairAt = (name: string): FilePair => {
      const pair = byPath.get(name) ?? blankPair(`${folder}/${name}`);
      byPath.set(name, pair);
      return pair;
    };
    for (const file of local) pairAt(file.path).local = file;
    for (const info of remote) {
      const name = info.name.slice(folder.length + 1);
      // A name that ends in / is a folder that a console made.
      if (info.name.endsWith("/")) continue;
      if (isSafePath(name)) {
        pairAt(name).remote = { size: info.size, mtimeMs: mtimeOfObject(info), info };
      } else if (direction === "pull") {
        both.refused.push({ path: info.name, why: "its name is not a path that can be written" });
      }
    }
    for (const [name, pair] of byPath) {
      if (isLitter(name)) continue;
      if (wanted(name)) both.pairs.push(pair);
      else if (sourceOf(direction, pair) !== undefined) both.leftOut += 1;
    }
  }
  await compareContents(context, ws, both.pairs);
  return both;
}

function blankPair(name: string): FilePair {
  return { path: name, local: undefined, remote: undefined, same: undefined };
}

function listObjects(ws: Workspace, bucket: Bucket, folder: string): Promise<ObjectInfo[]> {
  const { region = "us-central1", project } = ws.project.vertex ?? {};
  const missing = {
    what: `bucket gs://${bucket.name}, or it is not yours to see`,
    next: `gcloud storage buckets create gs://${bucket.name} --location=${region} --uniform-bucket-level-access`,
  };
  const doing = `list gs://${bucket.name}/${folder}`;
  return withGoogleProblems({ doing, missing, project, bucket: bucket.name }, () =>
    bucket.list(`${folder}/`),
  );
}

/** Reads the files whose size alone does not tell whether they differ. */
async function compareContents(context: Context, ws: Workspace, pairs: FilePair[]): Promise<void> {
  const cache = await openChecksumCache(ws);
  const alike = pairs.filter(needsHash);
  const limit = pLimit(4);
  let done = 0;
  const compare = async (pair: FilePair): Promise<void> => {
    const expected = checksumOf(pair.remote!.info);
    if (expected !== undefined) {
      pair.same = (await cache.hash(pair.path, expected.kind)) === expected.value;
    }
    done += 1;
    context.progress.portion(done, alike.length, "files compared");
  };
  try {
    await limit.map(alike, compare);
  } finally {
    await cache.save();
  }
}
