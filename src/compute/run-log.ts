import path from "node:path";
import { openPlain } from "../storage/files/read-text.ts";
import { recordFiles } from "../storage/run/run-record.ts";
import type { LogPiece, RunHandle } from "./backend.ts";

const pieceSize = 256 * 1024;

/** What output.log holds from byte `cursor` on, at most 256 KiB of it. */
export async function readLog({ folder }: RunHandle, cursor: number): Promise<LogPiece> {
  const file = await openPlain(path.join(folder, recordFiles.log));
  if (file === undefined) return { bytes: new Uint8Array(), cursor };
  try {
    const piece = await file.read(new Uint8Array(pieceSize), 0, pieceSize, cursor);
    return { bytes: piece.buffer.subarray(0, piece.bytesRead), cursor: cursor + piece.bytesRead };
  } finally {
    await file.close();
  }
}
