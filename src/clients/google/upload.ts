import { open } from "node:fs/promises";
import { UserError } from "../../core/errors/user-error.ts";
import { hashBytes, readInto, startHash } from "../http/checksum.ts";
import { GoogleError } from "./google-error.ts";
import { objectFields, type ObjectInfo, objectSchema } from "./object-info.ts";
import type { Google, GoogleCall } from "./open-google.ts";
import { sendPieces, type UploadSessions } from "./upload-pieces.ts";

export interface UploadOptions {
  /** Only onto this generation; "0": only where there is nothing yet. */
  ifGenerationMatch?: string;
  metadata?: Record<string, string>;
  contentType?: string;
  /** Where uploads in pieces leave how far they are, for a later process. */
  sessions?: UploadSessions;
  /** Bytes that Google has, as they are confirmed. */
  onBytes?: (count: number) => void;
}

export interface UploadTarget {
  google: Google;
  bucket: string;
  object: string;
  stat(object: string): Promise<ObjectInfo | undefined>;
}

const simpleBelow = 8 * 1024 * 1024;

/** A file to an object, in one request or in pieces. Throws a UserError where the file changes meanwhile. */
export async function uploadFile(
  target: UploadTarget,
  file: string,
  options: UploadOptions,
): Promise<ObjectInfo> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    if (size < simpleBelow) return await uploadBytes(target, await handle.readFile(), options);
    const md5 = (await readInto(startHash("md5"), file)).digest();
    return await checked(target, md5, size, file, () =>
      sendPieces(
        target.google,
        startCall(target, options, md5, size),
        { handle, size },
        { ...options, upload: uploadName(target, options, md5) },
      ),
    );
  } finally {
    await handle.close();
  }
}

/** Bytes to an object in one request, its metadata beside them (`uploadType=multipart`). */
export async function uploadBytes(
  target: UploadTarget,
  bytes: Buffer,
  options: UploadOptions,
): Promise<ObjectInfo> {
  const md5 = hashBytes("md5", bytes);
  const info = await checked(target, md5, bytes.length, undefined, () =>
    target.google.request(objectSchema, multipartCall(target, options, md5, bytes)),
  );
  options.onBytes?.(bytes.length);
  return info;
}

/**
 * Google refuses bytes that do not have the MD5 sent along; the answer's own is looked at too. After a lost answer a
 * repeated upload meets its own object and is refused (412): then what is there decides.
 */
async function checked(
  target: UploadTarget,
  md5: string,
  size: number,
  file: string | undefined,
  send: () => Promise<ObjectInfo>,
): Promise<ObjectInfo> {
  const isOurs = (info: ObjectInfo) => info.size === size && info.md5 === md5;
  try {
    const info = await send();
    if (isOurs(info)) return info;
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error;
    if (error.httpStatus === 412) {
      const there = await target.stat(target.object);
      if (there !== undefined && isOurs(there)) return there;
      throw error;
    }
    if (error.httpStatus !== 400 || !/md5|hash/i.test(error.message)) throw error;
  }
  throw notWhatWasSent(target, file);
}

function notWhatWasSent({ bucket, object }: UploadTarget, file: string | undefined): UserError {
  const what = file ?? "what was sent";
  return new UserError({
    code: "upload-changed",
    message: `gs://${bucket}/${object}: ${what} changed on the way`,
    next: "wait until nothing writes the file, then run the same command again",
  });
}

function uploadCall({ bucket }: UploadTarget, options: UploadOptions, uploadType: string) {
  const query = { uploadType, fields: objectFields, ifGenerationMatch: options.ifGenerationMatch };
  const path = `/upload/storage/v1/b/${encodeURIComponent(bucket)}/o`;
  // Twice the same bytes are the same object.
  return { api: "storage", method: "POST", path, query, repeatable: true } as const;
}

function resource({ object }: UploadTarget, { metadata, contentType }: UploadOptions, md5: string) {
  const type = contentType ?? "application/octet-stream";
  return { name: object, md5Hash: md5, contentType: type, ...(metadata ? { metadata } : {}) };
}

function uploadName(
  { bucket, object }: UploadTarget,
  { ifGenerationMatch, metadata }: UploadOptions,
  md5: string,
): string {
  return JSON.stringify([bucket, object, ifGenerationMatch, metadata, md5]);
}

function startCall(
  target: UploadTarget,
  options: UploadOptions,
  md5: string,
  size: number,
): GoogleCall {
  const body = resource(target, options, md5);
  const headers = {
    "x-upload-content-type": body.contentType,
    "x-upload-content-length": String(size),
  };
  return { ...uploadCall(target, options, "resumable"), headers, body };
}

function multipartCall(
  target: UploadTarget,
  options: UploadOptions,
  md5: string,
  bytes: Buffer,
): GoogleCall {
  const about = resource(target, options, md5);
  const boundary = `crossfold-${md5.replaceAll(/\W/g, "")}`;
  const head =
    `--${boundary}\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(about)}\r\n` +
    `--${boundary}\r\ncontent-type: ${about.contentType}\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--`)]);
  const headers = { "content-type": `multipart/related; boundary=${boundary}` };
  return { ...uploadCall(target, options, "multipart"), headers, body, timeoutMs: 600_000 };
}
