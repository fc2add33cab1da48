import { open } from "node:fs/promises";
import path from "node:path";
import { maskInPlace, patternsOf } from "../../core/secrets/stream-masker.ts";
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
  const patterns = patternsOf(secrets);
  for (;;) {
    const known = await readRemoteFile(folder);
    const { bytes, cursor } = await read(known.log.cursor);
    if (bytes.length === 0) return;
    await writeAt(path.join(folder, recordFiles.log), bytes, known.log.size, patterns);
    const log = { cursor, size: known.log.size + bytes.length };
    await writeRemoteFile(folder, { ...known, log });
  }
}

/** Readers may be at it, so the file is written over, never cut shorter. */
async function writeAt(
  file: string,
  piece: Uint8Array,
  position: number,
  secrets: readonly Buffer[],
): Promise<void> {
  const log = await open(file, "r+").catch(() => open(file, "w+"));
  try {
    // What stands before may be the beginning of a secret.
    const start = Math.max(0, position - (secrets[0]?.length ?? 0));
    const known = Buffer.alloc(position - start);
    await log.read(known, 0, known.length, start);
    const bytes = Buffer.concat([known, piece]);
    maskInPlace(bytes, secrets);
    for (let done = 0; done < bytes.length;) {
      const left = bytes.length - done;
      done += (await log.write(bytes, done, left, start + done)).bytesWritten;
    }
    await log.datasync();
  } finally {
    await log.close();
  }
}
