import { mkdir, open, rename, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { partSuffix } from "../../core/transfer/transfer.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { writeFailure } from "../../storage/files/atomic-write.ts";
import { checksumOf, readInto, startHash } from "./checksum.ts";
import { GoogleError } from "./google-error.ts";
import { networkError } from "./network-error.ts";
import { type ObjectInfo, objectPath } from "./object-info.ts";
import type { Google } from "./open-google.ts";

export interface DownloadOptions {
  /** What is known of the object; spares a question. */
  info?: ObjectInfo;
  /** Modification time for the file. */
  mtime?: Date;
  /** Bytes that came, as they come. */
  onBytes?: (count: number) => void;
  /** Called when all has come, just before the file is replaced; may refuse by throwing. */
  beforeReplace?: () => Promise<void>;
}

interface DownloadSource {
  google: Google;
  bucket: string;
}

/** Breaks without a byte in between before giving up. */
const mostIdleBreaks = 5;
const pauseMs = 300;

/** Fetches one generation of an object beside `file`, checks it and renames it into place. */
export async function downloadObject(
  place: DownloadSource,
  info: ObjectInfo,
  file: string,
  options: DownloadOptions,
): Promise<ObjectInfo> {
  const part = path.join(
    path.dirname(file),
    `.${path.basename(file)}.${info.generation}${partSuffix}`,
  );
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const resumed = await fetchInto(place, info, part, options);
    // An old part may have been damaged meanwhile: once more from nothing.
    if (!resumed.right && resumed.from > 0) {
      await rm(part, { force: true });
      if (!(await fetchInto(place, info, part, options)).right) throw damaged(place.bucket, info);
    } else if (!resumed.right) throw damaged(place.bucket, info);
    if (options.mtime !== undefined) await utimes(part, options.mtime, options.mtime);
    await options.beforeReplace?.();
    await rename(part, file);
  } catch (error) {
    throw writeFailure(file, error);
  }
  return info;
}

/** Brings the part to the object's size; says from where it began and whether the hash is right. */
async function fetchInto(
  place: DownloadSource,
  info: ObjectInfo,
  part: string,
  { onBytes }: DownloadOptions,
): Promise<{ from: number; right: boolean }> {
  const there = (await stat(part).catch(() => undefined))?.size ?? 0;
  const from = there > info.size ? 0 : there;
  const expected = checksumOf(info);
  const hash = startHash(expected?.kind ?? "md5");
  if (from > 0) await readInto(hash, part);
  const handle = await open(part, from === 0 ? "w" : "a");
  try {
    onBytes?.(from);
    let offset = from;
    for (let idle = 0; offset < info.size;) {
      const got = await fetchFrom(place, info, offset, async (chunk) => {
        await handle.write(chunk);
        hash.update(chunk);
        onBytes?.(chunk.length);
      });
      offset += got.bytes;
      idle = got.bytes > 0 ? 0 : idle + 1;
      if (idle >= mostIdleBreaks) throw got.broken ?? damaged(place.bucket, info);
      await sleep(idle * pauseMs);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { from, right: expected === undefined || hash.digest() === expected.value };
}

/** One request from `offset` on; what breaks off is told with the bytes that came before it. */
async function fetchFrom(
  { google, bucket }: DownloadSource,
  info: ObjectInfo,
  offset: number,
  take: (chunk: Uint8Array) => Promise<void>,
): Promise<{ bytes: number; broken: GoogleError | undefined }> {
  let bytes = 0;
  const call = {
    api: "storage",
    path: objectPath(bucket, info.name),
    query: { alt: "media", generation: info.generation },
    headers: {
      "accept-encoding": "identity",
      ...(offset > 0 ? { range: `bytes=${offset}-` } : {}),
    },
  } as const;
  const read = async (answer: Response): Promise<void> => {
    if (answer.headers.has("content-encoding")) throw encoded(bucket, info);
    let skip = answer.status === 206 ? 0 : offset;
    for await (const chunk of answer.body ?? []) {
      const fresh = chunk.subarray(skip);
      skip -= chunk.length - fresh.length;
      if (fresh.length === 0) continue;
      await take(fresh);
      bytes += fresh.length;
    }
  };
  const answer = await google.send(call, async (begun) => begun);
  try {
    await read(answer);
    return { bytes, broken: undefined };
  } catch (error) {
    const broken = networkError(error);
    if (broken === undefined) throw error;
    return { bytes, broken };
  }
}

function encoded(bucket: string, info: ObjectInfo): UserError {
  return new UserError({
    code: "stored-compressed",
    message: `gs://${bucket}/${info.name} is stored with Content-Encoding ${info.contentEncoding ?? "gzip"}, which cannot be checked or gone on with`,
    next: `gcloud storage cp gs://${bucket}/${info.name} .   then upload the plain file`,
  });
}

function damaged(bucket: string, info: ObjectInfo): GoogleError {
  const message = `what came of gs://${bucket}/${info.name} does not have the object's checksum`;
  return new GoogleError({ httpStatus: 200, status: "DATA_LOSS", message });
}
