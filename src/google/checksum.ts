import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { crc32c, crc32cText } from "./crc32c.ts";

/** Hashes as Cloud Storage writes them, in base64. Objects composed of parts have no MD5. */
export interface Checksums {
  md5: string;
  crc32c: string;
}

export interface RunningChecksums {
  update(bytes: Uint8Array): void;
  digest(): Checksums;
}

export function startChecksums(): RunningChecksums {
  const md5 = createHash("md5");
  let crc = 0;
  return {
    update(bytes) {
      md5.update(bytes);
      crc = crc32c(bytes, crc);
    },
    digest: () => ({ md5: md5.digest("base64"), crc32c: crc32cText(crc) }),
  };
}

/** Whether contents are the same as far as an object's own hashes tell; without any they are not known to be. */
export function sameContents(
  ours: Checksums,
  theirs: { md5: string | null; crc32c: string | null },
): boolean {
  if (theirs.md5 !== null) return theirs.md5 === ours.md5;
  return theirs.crc32c !== null && theirs.crc32c === ours.crc32c;
}

export function checksumsOf(bytes: Uint8Array): Checksums {
  const running = startChecksums();
  running.update(bytes);
  return running.digest();
}

/** Feeds a file's bytes up to `end` (all without one) into checksums. */
export async function checksumFile(
  file: string,
  running: RunningChecksums = startChecksums(),
): Promise<RunningChecksums> {
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    running.update(chunk as Buffer);
  }
  return running;
}
