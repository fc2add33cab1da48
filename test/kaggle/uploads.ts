import type { IncomingMessage } from "node:http";
import type { Blob } from "./blobs.ts";
import { storageError } from "./downloads.ts";
import type { Fault } from "./faults.ts";
import type { Reply } from "./reply.ts";

/** Cloud Storage takes parts of a resumable upload in multiples of this, except the last. */
const chunkBytes = 256 * 1024;

/**
 * One PUT of a resumable upload (https://cloud.google.com/storage/docs/performing-resumable-uploads).
 * Undefined: the connection breaks, what was read so far is kept.
 */
export async function upload(
  blob: Blob | undefined,
  request: IncomingMessage,
  fault: Fault | undefined,
): Promise<Reply | undefined> {
  if (fault?.kind === "expired" || blob === undefined) {
    return storageError(404, "NoSuchUpload", "The upload session has expired.");
  }
  if (request.method !== "PUT") return storageError(405, "MethodNotAllowed", "PUT it.");
  const range = request.headers["content-range"];
  const query = /^bytes \*\/(\d+|\*)$/.exec(range ?? "");
  if (query !== null)
    return query[1] === "*" || Number(query[1]) === blob.size ? state(blob) : wrongSize(blob);
  return receive(blob, request, range, fault);
}

async function receive(
  blob: Blob,
  request: IncomingMessage,
  range: string | undefined,
  fault: Fault | undefined,
): Promise<Reply | undefined> {
  const part = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(range ?? "");
  if (range !== undefined && part === null)
    return storageError(400, "InvalidArgument", `Content-Range: ${range}`);
  const [start, end, size] =
    part === null ? [0, blob.size - 1, blob.size] : part.slice(1).map(Number);
  if (size !== blob.size) return wrongSize(blob);
  if (start! > blob.received.length) return state(blob);
  const stop = cutOf(fault, blob.size);
  const bytes = await readUntil(request, stop === undefined ? undefined : stop - start!);
  if (stop === undefined && bytes.length !== end! - start! + 1) {
    return storageError(
      400,
      "InvalidArgument",
      `${bytes.length} bytes came, announced: ${range ?? blob.size}`,
    );
  }
  if (stop === undefined && end! + 1 < blob.size && bytes.length % chunkBytes !== 0) {
    return storageError(400, "InvalidArgument", `A part must be a multiple of ${chunkBytes} bytes`);
  }
  blob.received = Buffer.concat([blob.received.subarray(0, start!), bytes]);
  if (fault?.kind === "cut-body") return undefined;
  if (fault?.kind === "status") return storageError(fault.status, "InjectedFault", "Try again.");
  return state(blob);
}

/** Bytes of the file that are kept before the fault ends the call. */
function cutOf(fault: Fault | undefined, size: number): number | undefined {
  if (fault?.kind === "cut-body") return Math.floor(size * (fault.at ?? 0.5));
  return fault?.kind === "status" ? Math.floor(size / 2) : undefined;
}

/** The body, or its first bytes with the rest read and dropped. */
async function readUntil(request: IncomingMessage, limit: number | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return limit === undefined ? bytes : bytes.subarray(0, Math.max(0, limit));
}

function state(blob: Blob): Reply {
  const { received, size } = blob;
  const body = Buffer.alloc(0);
  if (received.length >= size) return { status: 200, headers: {}, body };
  const headers: Record<string, string> =
    received.length === 0 ? {} : { Range: `bytes=0-${received.length - 1}` };
  return { status: 308, headers, body };
}

function wrongSize(blob: Blob): Reply {
  return storageError(400, "InvalidArgument", `The upload was announced with ${blob.size} bytes`);
}
