import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { openPlain } from "../files/read-text.ts";
import { recordFiles } from "../workspace/paths.ts";

const blockSize = 64 * 1024;
const newline = 10;

/** Offset at which the last `lines` lines of a run's log begin; a last line without its newline counts. */
export async function tailStart(folder: string, lines: number): Promise<number> {
  const file = await openPlain(path.join(folder, recordFiles.log));
  if (file === undefined) return 0;
  try {
    const { size } = await file.stat();
    if (lines === 0) return size;
    let left = lines;
    for (let end = size; end > 0;) {
      const start = Math.max(0, end - blockSize);
      const { buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
      for (let at = buffer.length - 1; at >= 0; at -= 1) {
        if (buffer[at] !== newline || start + at === size - 1) continue;
        left -= 1;
        if (left === 0) return start + at + 1;
      }
      end = start;
    }
    return 0;
  } finally {
    await file.close();
  }
}

/** The last 64 KiB of a run's log as text without colours; empty where there is none that can be read. */
export async function readLogEnd(folder: string): Promise<string> {
  const file = await openPlain(path.join(folder, recordFiles.log)).catch(() => undefined);
  if (file === undefined) return "";
  try {
    const { size } = await file.stat();
    const length = Math.min(size, blockSize);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return stripVTControlCharacters(buffer.toString("utf8"));
  } finally {
    await file.close();
  }
}
