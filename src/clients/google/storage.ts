import { z } from "zod";
import { checksumIn, hashBytes } from "../http/checksum.ts";
import { readBytes } from "../http/request.ts";
import { downloadObject, type DownloadOptions } from "./download.ts";
import { GoogleError } from "./google-error.ts";
import {
  objectFields,
  type ObjectInfo,
  objectPath,
  objectSchema,
  pageSchema,
} from "./object-info.ts";
import type { Google, GoogleCall } from "./open-google.ts";
import { uploadBytes, uploadFile, type UploadOptions } from "./upload.ts";

interface ListOptions {
  /** Names before this one are left out. */
  startOffset?: string;
}

/** One bucket. Object names are plain (`data/a b.csv`); nothing is ever seen half-written on either side. */
export interface Bucket {
  name: string;
  /** Every object whose name begins with `prefix`, in the order of their names. */
  list(prefix: string, options?: ListOptions): Promise<ObjectInfo[]>;
  /** Undefined where there is no such object. */
  stat(object: string): Promise<ObjectInfo | undefined>;
  /** The bytes from `start` up to, without, `end`; undefined where there is no such object. */
  read(object: string, range?: { start?: number; end?: number }): Promise<Buffer | undefined>;
  /** Into a file, replaced whole; goes on where an earlier try broke off. Checks hash and size. */
  download(object: string, file: string, options?: DownloadOptions): Promise<ObjectInfo>;
  /** From a file; above 8 MiB in pieces, going on after a break. What is there is replaced whole or not at all. */
  upload(file: string, object: string, options?: UploadOptions): Promise<ObjectInfo>;
  write(object: string, bytes: Uint8Array | string, options?: UploadOptions): Promise<ObjectInfo>;
  /** False where there was no such object. */
  delete(object: string): Promise<boolean>;
}

export function openBucket(google: Google, name: string): Bucket {
  const target = { google, bucket: name };
  const callFor = (object: string) => ({ api: "storage", path: objectPath(name, object) }) as const;
  const stat = (object: string) =>
    orNone(google.request(objectSchema, { ...callFor(object), query: { fields: objectFields } }));
  return {
    name,
    list: (prefix, options) => listObjects(google, name, prefix, options),
    stat,
    read: (object, range = {}) => readObject(google, callFor(object), range),
    async download(object, file, options = {}) {
      const info = options.info ?? (await stat(object)) ?? missing(name, object);
      return downloadObject(target, info, file, options);
    },
    upload: (file, object, options = {}) => uploadFile({ ...target, object, stat }, file, options),
    write: (object, bytes, options = {}) =>
      uploadBytes({ ...target, object, stat }, Buffer.from(bytes as Uint8Array), options),
    async delete(object) {
      const call = { ...callFor(object), method: "DELETE", repeatable: true } as const;
      return (await orNone(google.request(z.unknown(), call).then(() => true))) ?? false;
    },
  };
}

async function listObjects(
  google: Google,
  bucket: string,
  prefix: string,
  { startOffset }: ListOptions = {},
): Promise<ObjectInfo[]> {
  const found: ObjectInfo[] = [];
  for (let pageToken: string | undefined; pageToken !== "";) {
    const fields = `items(${objectFields}),nextPageToken`;
    const query = { prefix, startOffset, pageToken, maxResults: 1000, fields };
    const path = `/storage/v1/b/${encodeURIComponent(bucket)}/o`;
    const page = await google.request(pageSchema, { api: "storage", path, query });
    found.push(...page.items);
    pageToken = page.nextPageToken;
  }
  return found;
}

/** A range that begins at or after the end answers 416 and is empty. */
async function readObject(
  google: Google,
  call: GoogleCall,
  { start = 0, end }: { start?: number; end?: number },
): Promise<Buffer | undefined> {
  const whole = start === 0 && end === undefined;
  if (end !== undefined && end <= start) return Buffer.alloc(0);
  const range = whole ? {} : { range: `bytes=${start}-${end === undefined ? "" : end - 1}` };
  const headers = { "accept-encoding": "identity", ...range };
  const query = { alt: "media" };
  return orNone(
    google.send({ ...call, query, headers, accept: [416] }, async (answer) => {
      if (answer.status === 416) return Buffer.alloc(0);
      const bytes = await readBytes(answer);
      if (whole) checkWhole(bytes, answer.headers);
      return answer.status === 206 ? bytes : bytes.subarray(start, end);
    }),
  );
}

function checkWhole(bytes: Buffer, headers: Headers): void {
  const expected = checksumIn(headers);
  if (expected === null || headers.has("content-encoding")) return;
  if (hashBytes(expected.kind, bytes) === expected.value) return;
  const message = "the bytes that came do not have the object's checksum";
  throw new GoogleError({ httpStatus: 0, status: "DATA_LOSS", message });
}

async function orNone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof GoogleError && error.httpStatus === 404 && !isNoBucket(error))
      return undefined;
    throw error;
  }
}

function isNoBucket({ message }: GoogleError): boolean {
  return /bucket does not exist/i.test(message);
}

function missing(bucket: string, object: string): never {
  const message = `No such object: ${bucket}/${object}`;
  throw new GoogleError({ httpStatus: 404, status: "NOT_FOUND", message, reason: "notFound" });
}
