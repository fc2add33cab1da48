import { open } from "node:fs/promises";
import path from "node:path";
import { allSpellings } from "../../core/secrets/spellings.ts";
import { recordFiles } from "../../storage/run/run-record.ts";
import type { RemotePiece } from "./remote.ts";
import { readRemoteFile, writeRemoteFile } from "./remote-file.ts";

/**
 * Appends to output.log what `read` gives after the cursor that remote.json keeps, until nothing more is there. What an
 * interrupted call wrote beyond the kept size is written over with the same bytes. Call it under the mirror's lock.
 * Secrets become as many asterisks, so that no byte changes its place; one that came in two pieces does so with the second.
 */
export async function mirrorLog(
  folder: string,
  read: (cursor: string | null) => Promise<RemotePiece>,
  secrets: readonly string[] = [],
): Promise<void> {
  const values = allSpellings(secrets).map((value) => Buffer.from(value));
  const before = Math.max(0, ...values.map((value) => value.length - 1));
  for (;;) {
    const known = await readRemoteFile(folder);
    const { bytes, cursor } = await read(known.log.cursor);
    if (bytes.length === 0) return;
    await writeAt(path.join(folder, recordFiles.log), bytes, {
      at: known.log.size,
      before,
      values,
    });
    const log = { cursor, size: known.log.size + bytes.length };
    await writeRemoteFile(folder, { ...known, log });
  }
}

interface Place {
  at: number;
  /** How much of what stands before may be the beginning of a secret. */
  before: number;
  values: readonly Buffer[];
}

/** Readers may be at it, so the file is written over, never cut shorter. */
async function writeAt(file: string, piece: Uint8Array, place: Place): Promise<void> {
  const log = await open(file, "r+").catch(() => open(file, "w+"));
  try {
    const start = Math.max(0, place.at - place.before);
    const known = Buffer.alloc(place.at - start);
    await log.read(known, 0, known.length, start);
    const bytes = Buffer.concat([known, piece]);
    for (const value of place.values) hide(bytes, value);
    for (let done = 0; done < bytes.length;) {
      const left = bytes.length - done;
      done += (await log.write(bytes, done, left, start + done)).bytesWritten;
    }
    await log.datasync();
  } finally {
    await log.close();
  }
}

function hide(bytes: Buffer, value: Buffer): void {
  for (let at = bytes.indexOf(value); at !== -1; at = bytes.indexOf(value, at + value.length))
    bytes.fill("*", at, at + value.length);
}
