import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { crc32c, encodeCrc32c } from "./crc32c.ts";

/** Both in base64. */
export interface FileHashes {
  md5Hash: string;
  crc32c: string;
}

export async function hashFile(file: string): Promise<FileHashes> {
  const md5 = createHash("md5");
  let sum = 0;
  for await (const chunk of createReadStream(file)) {
    md5.update(chunk as Buffer);
    sum = crc32c(chunk as Buffer, sum);
  }
  return { md5Hash: md5.digest("base64"), crc32c: encodeCrc32c(sum) };
}
