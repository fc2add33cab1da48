import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, rm, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { writeAtomic } from "../../storage/files/atomic-write.ts";

/** What a partial file is part of, kept beside it as `<part>.json`. */
const identitySchema = z.looseObject({
  /** ETag, else Last-Modified; null where the server gave neither. */
  validator: z.string().nullable(),
  total: z.number().nullable(),
  /** Hexadecimal, of the whole file. */
  md5: z.string().nullable(),
});
export type Identity = z.output<typeof identitySchema>;

/** The byte to go on from, 0 where nothing says what the part belongs to. */
export async function readPart(
  part: string,
): Promise<{ from: number; identity: Identity | undefined }> {
  const identity = await readIdentity(part);
  const from = identity?.validator == null ? 0 : await sizeOf(part);
  return { from, identity };
}

/** No part, and a note of what the one to come will be part of. */
export async function beginPart(part: string, identity: Identity): Promise<void> {
  await rm(part, { force: true });
  await writeAtomic(noteFile(part), JSON.stringify(identity));
}

/** The part is whole: its note goes. */
export async function closePart(part: string): Promise<void> {
  await rm(noteFile(part), { force: true });
}

export async function discardPart(part: string): Promise<void> {
  await rm(part, { force: true });
  await closePart(part);
}

/** What the headers of an answer say about the file. */
export function identify({ status, headers }: Response): Identity {
  const length = headers.get("content-length");
  const range = /\/(\d+)$/.exec(headers.get("content-range") ?? "")?.[1];
  // A decoded body has another length than the one that was announced.
  const plain = (headers.get("content-encoding") ?? "identity") === "identity";
  const total = status === 206 ? range : plain ? length : null;
  return {
    validator: headers.get("etag") ?? headers.get("last-modified"),
    total: total == null ? null : Number(total),
    md5: md5In(headers.get("x-goog-hash")),
  };
}

/** `crc32c=...,md5=<base64>` to hexadecimal. */
function md5In(header: string | null): string | null {
  const base64 = /(?:^|[,\s])md5=([A-Za-z0-9+/=]+)/.exec(header ?? "")?.[1];
  return base64 === undefined ? null : Buffer.from(base64, "base64").toString("hex");
}

/** Whether the two can be the same file; what one does not say is no difference. */
export function sameFile(a: Identity, b: Identity): boolean {
  return agree(a.validator, b.validator) && agree(a.total, b.total);
}

function agree(a: unknown, b: unknown): boolean {
  return a === null || b === null || a === b;
}

export async function md5Of(file: string): Promise<string> {
  const hash = createHash("md5");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

export async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

function noteFile(part: string): string {
  return `${part}.json`;
}

async function readIdentity(part: string): Promise<Identity | undefined> {
  try {
    return identitySchema.parse(JSON.parse(await readFile(noteFile(part), "utf8")));
  } catch {
    return undefined;
  }
}
