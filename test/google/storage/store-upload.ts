import { rmSync } from "node:fs";
import type { Reply } from "../exchange.ts";
import { invalid } from "../google-problem.ts";
import type { World } from "../world.ts";
import { hashFile } from "./file-hashes.ts";
import { objectResource, readMetadata } from "./object-resource.ts";
import { pickFields } from "./pick-fields.ts";
import { requirePreconditions } from "./preconditions.ts";

export interface Upload {
  bucket: string;
  name: string;
  resource: Record<string, unknown>;
  contentType: string | undefined;
  /** The query of the call that began the upload: preconditions and fields. */
  query: URLSearchParams;
}

/** Makes a staged file the object, when its sums are those that the writer announced and its preconditions hold. */
export async function storeUpload(
  world: World,
  upload: Upload,
  file: string,
  announced: string | undefined,
): Promise<Reply> {
  const { bucket, name, resource, query } = upload;
  try {
    await requireSums(file, resource, announced);
    const set = readMetadata(resource);
    set.contentType ??= upload.contentType ?? "application/octet-stream";
    const check = (now: Parameters<typeof requirePreconditions>[1]): void =>
      requirePreconditions(query, now);
    const object = world.buckets.put(bucket, name, file, { check, set });
    const json = await objectResource(world.buckets, object, world.url());
    return { json: pickFields(json, query.get("fields")) };
  } finally {
    rmSync(file, { force: true });
  }
}

/** `announced` is the X-Goog-Hash header: `crc32c=...,md5=...`. */
async function requireSums(
  file: string,
  resource: Record<string, unknown>,
  announced: string | undefined,
): Promise<void> {
  const sums = await hashFile(file);
  const md5 = resource.md5Hash ?? /md5=([^,\s]+)/.exec(announced ?? "")?.[1];
  const crc = resource.crc32c ?? /crc32c=([^,\s]+)/.exec(announced ?? "")?.[1];
  if (md5 !== undefined && md5 !== sums.md5Hash) {
    throw invalid(
      `Provided MD5 hash "${String(md5)}" doesn't match calculated MD5 hash "${sums.md5Hash}".`,
    );
  }
  if (crc !== undefined && crc !== sums.crc32c) {
    throw invalid(
      `Provided CRC32C "${String(crc)}" doesn't match calculated CRC32C "${sums.crc32c}".`,
    );
  }
}
