import { z } from "zod";

/** An object of Cloud Storage, as its metadata says. */
export interface ObjectInfo {
  name: string;
  size: number;
  /** Base64; null for one composed of parts. */
  md5: string | null;
  /** Base64 of the CRC-32C, highest byte first. */
  crc32c: string | null;
  generation: string;
  /** RFC 3339. */
  updated: string;
  /** `gzip` where what is stored is compressed and what is read may not be. */
  contentEncoding: string | null;
  /** Custom metadata. */
  metadata: Record<string, string>;
}

/** Google's object resource to ours. */
export const objectSchema = z
  .looseObject({
    name: z.string(),
    size: z.coerce.number().default(0),
    md5Hash: z.string().nullish(),
    crc32c: z.string().nullish(),
    generation: z.coerce.string().default("0"),
    updated: z.string().default(""),
    contentEncoding: z.string().nullish(),
    metadata: z.record(z.string(), z.string()).nullish(),
  })
  .transform((raw): ObjectInfo => ({
    name: raw.name,
    size: raw.size,
    md5: raw.md5Hash ?? null,
    crc32c: raw.crc32c ?? null,
    generation: raw.generation,
    updated: raw.updated,
    contentEncoding: raw.contentEncoding ?? null,
    metadata: raw.metadata ?? {},
  }));

export const objectFields = "name,size,md5Hash,crc32c,generation,updated,contentEncoding,metadata";

export const pageSchema = z.looseObject({
  items: z.array(objectSchema).default([]),
  nextPageToken: z.string().default(""),
});

export function objectPath(bucket: string, object: string): string {
  return `/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(object)}`;
}
