import type { IncomingMessage } from "node:http";
import { parseByteRange } from "./byte-range.ts";
import { googHash, md5 } from "./checksums.ts";
import type { Fault } from "./faults.ts";
import type { Reply } from "./reply.ts";
import type { SignedUrls, StoredFile } from "./signed-urls.ts";

/** An error as Cloud Storage words it. */
export function storageError(status: number, code: string, message: string): Reply {
  const body = `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  const headers = { "Content-Type": "application/xml; charset=UTF-8" };
  return { status, headers, body: Buffer.from(body) };
}

const expired = () => storageError(403, "ExpiredToken", "The provided token has expired.");

/** A signed URL read: whole or a range; says where the connection breaks when a fault wants that. */
export async function download(
  urls: SignedUrls,
  url: URL,
  request: IncomingMessage,
  fault: Fault | undefined,
): Promise<{ reply: Reply; cutAt?: number }> {
  const found = urls.find(url);
  // The method is part of what is signed: HEAD is another one.
  if (found === undefined || request.method !== "GET") {
    return { reply: storageError(403, "SignatureDoesNotMatch", "Access denied.") };
  }
  if (fault?.kind === "expired" || found.expires < Date.now()) return { reply: expired() };
  const bytes = await found.file.bytes();
  const { reply, start } = answer(found.file, bytes, request);
  const cutAt = cutOf(fault, bytes.length, start, reply.body.length);
  return cutAt === undefined ? { reply } : { reply, cutAt };
}

function answer(
  file: StoredFile,
  bytes: Buffer,
  request: IncomingMessage,
): { reply: Reply; start: number } {
  const etag = `"${md5(bytes, "hex")}"`;
  const headers = {
    "Content-Type": file.name.endsWith(".zip") ? "application/zip" : "application/octet-stream",
    "Last-Modified": file.modified.toUTCString(),
    "Accept-Ranges": "bytes",
    ETag: etag,
    "x-goog-hash": googHash(bytes),
    "x-goog-stored-content-length": String(bytes.length),
  };
  const condition = request.headers["if-range"];
  const whole = condition !== undefined && condition !== etag;
  const range = whole ? undefined : parseByteRange(request.headers.range, bytes.length);
  if (range === undefined) return { reply: { status: 200, headers, body: bytes }, start: 0 };
  if (range === "unsatisfiable") {
    const reply = storageError(416, "InvalidRange", "The requested range cannot be satisfied.");
    reply.headers["Content-Range"] = `bytes */${bytes.length}`;
    return { reply, start: 0 };
  }
  const body = bytes.subarray(range.start, range.end + 1);
  const part = { "Content-Range": `bytes ${range.start}-${range.end}/${bytes.length}` };
  return { reply: { status: 206, headers: { ...headers, ...part }, body }, start: range.start };
}

/** Fraction of this answer after which it is cut. */
function cutOf(
  fault: Fault | undefined,
  size: number,
  start: number,
  length: number,
): number | undefined {
  if (fault?.kind === "cut-body") return fault.at ?? 0.5;
  if (fault?.kind !== "cut-every-tenth") return undefined;
  const tenth = Math.floor((start * 10) / size) + 1;
  const stop = Math.ceil((size * tenth) / 10);
  return tenth >= 10 || length === 0 ? undefined : (stop - start) / length;
}
