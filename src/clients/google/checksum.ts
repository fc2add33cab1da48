import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { crc32c, crc32cText } from "./crc32c.ts";

/** Objects composed of parts have no MD5, only a CRC-32C. */
export type HashKind = "md5" | "crc32c";

/** A hash as Cloud Storage writes it, in base64. */
export interface Checksum {
  kind: HashKind;
  value: string;
}

/** What an object's contents are known by; undefined where Google says nothing. */
export function checksumOf(object: {
  md5: string | null;
  crc32c: string | null;
}): Checksum | undefined {
  if (object.md5 !== null) return { kind: "md5", value: object.md5 };
  return object.crc32c === null ? undefined : { kind: "crc32c", value: object.crc32c };
}

export interface RunningHash {
  update(bytes: Uint8Array): void;
  /** In base64. */
  digest(): string;
}

export function startHash(kind: HashKind): RunningHash {
  if (kind === "md5") {
    const md5 = createHash("md5");
    return { update: (bytes) => void md5.update(bytes), digest: () => md5.digest("base64") };
  }
  let crc = 0;
  return { update: (bytes) => void (crc = crc32c(bytes, crc)), digest: () => crc32cText(crc) };
}

export function hashBytes(kind: HashKind, bytes: Uint8Array): string {
  const running = startHash(kind);
  running.update(bytes);
  return running.digest();
}

/** Feeds a file's bytes into a hash. */
export async function readInto(running: RunningHash, file: string): Promise<RunningHash> {
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    running.update(chunk as Buffer);
  }
  return running;
}

/** Whether a file holds an object's contents; false where the file is not there or Google gives no hash. */
export async function holdsObject(
  file: string,
  object: { size: number; md5: string | null; crc32c: string | null },
): Promise<boolean> {
  const expected = checksumOf(object);
  const facts = await stat(file).catch(() => undefined);
  if (expected === undefined || facts?.size !== object.size) return false;
  return (await readInto(startHash(expected.kind), file)).digest() === expected.value;
}
