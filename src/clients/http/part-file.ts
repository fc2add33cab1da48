import { readFile, rm, stat } from "node:fs/promises";
import { z } from "zod";
import { writeAtomic } from "../../storage/files/atomic-write.ts";
import { type Checksum, checksumIn, type HashKind, readInto, startHash } from "./checksum.ts";

/** What a part is part of, kept beside it as `<part>.json` where its name does not say. */
const identitySchema = z.looseObject({
  /** ETag, else Last-Modified; null where the server gave neither. */
  validator: z.string().nullable(),
  total: z.number().nullable(),
  /** Of the whole file. */
  checksum: z.object({ kind: z.enum(["md5", "crc32c"]), value: z.string() }).nullable(),
});
export type Identity = z.output<typeof identitySchema>;

export interface PartFile {
  /** The byte to go on from, 0 where nothing says what the part belongs to. */
  from: number;
  identity: Identity | undefined;
}

/** What is there of a file; `known`: what the part's name stands for. */
export async function readPart(part: string, known: Identity | undefined): Promise<PartFile> {
  const size = await sizeOf(part);
  if (known !== undefined)
    return { from: size > (known.total ?? Infinity) ? 0 : size, identity: known };
  const identity = await readIdentity(part);
  return { from: identity?.validator == null ? 0 : size, identity };
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
    checksum: plain ? checksumIn(headers) : null,
  };
}

/** Whether the two can be the same file; what one does not say is no difference. */
export function isSameFile(a: Identity, b: Identity): boolean {
  return agree(a.validator, b.validator) && agree(a.total, b.total);
}

function agree(a: unknown, b: unknown): boolean {
  return a === null || b === null || a === b;
}

/** The hash of a part's bytes: read from the disk once, then kept up as pieces come. */
export function trackHash(part: string) {
  let kind: HashKind | undefined;
  let at = -1;
  let running = startHash("md5");
  return {
    /** Makes it the hash of the part's first `size` bytes, which are all it has. */
    async begin(wanted: HashKind, size: number): Promise<void> {
      if (kind === wanted && at === size) return;
      [kind, at, running] = [wanted, size, startHash(wanted)];
      if (size > 0) await readInto(running, part);
    },
    update(bytes: Uint8Array): void {
      if (kind === undefined) return;
      running.update(bytes);
      at += bytes.length;
    },
    /** Ends it. */
    fits({ value }: Checksum): boolean {
      [kind, at] = [undefined, -1];
      return running.digest() === value;
    },
  };
}
export type PartHash = ReturnType<typeof trackHash>;

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
