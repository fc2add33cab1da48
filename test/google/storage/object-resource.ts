import type { BucketStore, ObjectMetadata, StoredObject } from "./bucket-store.ts";
import { isObject } from "../exchange.ts";
import { invalid } from "../google-problem.ts";

/** An object as the JSON API shows it. */
export async function objectResource(
  store: BucketStore,
  object: StoredObject,
  url: string,
): Promise<Record<string, unknown>> {
  const { bucket, name, generation, metageneration, size, updated, set, parts } = object;
  const { md5Hash, crc32c } = await store.hashes(object);
  const self = `${url}/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
  const time = updated.toISOString();
  return {
    kind: "storage#object",
    id: `${bucket}/${name}/${generation}`,
    selfLink: self,
    mediaLink: `${url}/download/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?generation=${generation}&alt=media`,
    name,
    bucket,
    generation,
    metageneration: String(metageneration),
    storageClass: "STANDARD",
    size: String(size),
    ...(parts === undefined ? { md5Hash } : { componentCount: parts }),
    crc32c,
    etag: etagOf(object),
    timeCreated: time,
    updated: time,
    timeStorageClassUpdated: time,
    ...set,
  };
}

export function etagOf({ generation, metageneration }: StoredObject): string {
  return Buffer.from(`${generation}/${metageneration}`).toString("base64");
}

const texts = [
  "contentType",
  "contentEncoding",
  "cacheControl",
  "contentDisposition",
  "contentLanguage",
  "storageClass",
] as const;

/** What a writer may set out of the resource that it sends; null takes a value away. */
export function readMetadata(
  resource: Record<string, unknown>,
  before: ObjectMetadata = {},
): ObjectMetadata {
  const set: ObjectMetadata = { ...before };
  for (const name of texts) {
    const value = resource[name];
    if (value === null) delete set[name];
    else if (typeof value === "string") set[name] = value;
    else if (value !== undefined) throw invalid(`Invalid value for: ${name}`);
  }
  if (resource.metadata === null) delete set.metadata;
  else if (resource.metadata !== undefined)
    set.metadata = customMetadata(resource.metadata, before);
  return set;
}

function customMetadata(value: unknown, before: ObjectMetadata): Record<string, string> {
  if (!isObject(value)) throw invalid("Invalid value for: metadata");
  const entries = Object.entries({ ...before.metadata, ...value }).filter(
    ([, text]) => text !== null,
  );
  const odd = entries.find(([, text]) => typeof text !== "string");
  if (odd !== undefined) throw invalid(`Invalid value for: metadata.${odd[0]}`);
  return Object.fromEntries(entries) as Record<string, string>;
}
