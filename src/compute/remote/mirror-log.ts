import { open } from "node:fs/promises";
import path from "node:path";
import { recordFiles } from "../../storage/run/run-record.ts";
import type { RemotePiece } from "./remote.ts";
import { readRemoteFile, writeRemoteFile } from "./remote-file.ts";

/**
 * Appends to output.log what `read` gives after the cursor that remote.json keeps, until nothing more is there. What an
 * interrupted call wrote beyond the kept size is written over with the same bytes. Call it under the mirror's lock.
 */
export async function mirrorLog(
  folder: string,
  read: (cursor: string | null) => Promise<RemotePiece>,
): Promise<void> {
  for (;;) {
    const known = await readRemoteFile(folder);
    const { bytes, cursor } = await read(known.log.cursor);
    if (bytes.length === 0) return;
    await writeAt(path.join(folder, recordFiles.log), bytes, known.log.size);
    const log = { cursor, size: known.log.size + bytes.length };
    await writeRemoteFile(folder, { ...known, log });
  }
}

/** Readers may be at it, so the file is written over, never cut shorter. */
async function writeAt(file: string, bytes: Uint8Array, position: number): Promise<void> {
  const log = await open(file, "r+").catch(() => open(file, "w+"));
  try {
    for (let done = 0; done < bytes.length;) {
      const left = bytes.length - done;
      done += (await log.write(bytes, done, left, position + done)).bytesWritten;
    }
    await log.datasync();
  } finally {
    await log.close();
  }
}
