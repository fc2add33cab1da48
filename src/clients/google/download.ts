import { rename, utimes } from "node:fs/promises";
import path from "node:path";
import { partSuffix } from "../../core/transfer/transfer.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { writeFailure } from "../../storage/files/atomic-write.ts";
import { type DownloadSource, downloadTo } from "../http/download.ts";
import { checksumOf } from "./checksum.ts";
import { GoogleError } from "./google-error.ts";
import { type ObjectInfo, objectPath } from "./object-info.ts";
import type { Google } from "./open-google.ts";

export interface DownloadOptions {
  /** What is known of the object; spares a question. */
  info?: ObjectInfo;
  /** Modification time for the file. */
  mtime?: Date;
  /** Bytes that came, as they come; fewer than none where it began anew. */
  onBytes?: (count: number) => void;
  /** Called when all has come, just before the file is replaced; may refuse by throwing. */
  beforeReplace?: () => Promise<void>;
}

/** Downloads one generation of an object beside `file`, checks it and renames it into place. */
export async function downloadObject(
  { google, bucket }: { google: Google; bucket: string },
  info: ObjectInfo,
  file: string,
  { onBytes, mtime, beforeReplace }: DownloadOptions,
): Promise<ObjectInfo> {
  const part = path.join(
    path.dirname(file),
    `.${path.basename(file)}.${info.generation}${partSuffix}`,
  );
  let told = 0;
  const progress = (bytes: number): void => {
    onBytes?.(bytes - told);
    told = bytes;
  };
  const identity = { validator: null, total: info.size, checksum: checksumOf(info) ?? null };
  try {
    const source = objectSource(google, bucket, info);
    await downloadTo(source, part, { backoff: google.backoff, identity, progress });
    if (mtime !== undefined) await utimes(part, mtime, mtime);
    await beforeReplace?.();
    await rename(part, file);
  } catch (error) {
    throw writeFailure(file, error);
  }
  return info;
}

function objectSource(google: Google, bucket: string, info: ObjectInfo): DownloadSource {
  const address = `gs://${bucket}/${info.name}`;
  const call = {
    api: "storage",
    path: objectPath(bucket, info.name),
    query: { alt: "media", generation: info.generation },
    accept: [416],
    // Whoever reads it tries again, from the byte that it has come to.
    repeatable: false,
  } as const;
  return {
    call: `download of ${address}`,
    open: (range, signal) => {
      const headers = { "accept-encoding": "identity", ...range };
      return google.send({ ...call, headers, signal }, async (answer) => {
        if (answer.headers.has("content-encoding")) throw storedCompressed(address, info);
        return answer;
      });
    },
    failure: (reason, cause) =>
      new GoogleError(
        { httpStatus: 0, status: "DATA_LOSS", message: `${address}: ${reason}` },
        { cause },
      ),
  };
}

function storedCompressed(address: string, { contentEncoding }: ObjectInfo): UserError {
  return new UserError({
    code: "stored-compressed",
    message: `${address} is stored with Content-Encoding ${contentEncoding ?? "gzip"}, which cannot be checked or gone on with`,
    next: `gcloud storage cp ${address} .   then upload the plain file`,
  });
}
