import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { crc32c, crc32cText } from "./crc32c.ts";

/** Objects composed of parts have no MD5, only a CRC-32C. */
export type HashKind = "md5" | "crc32c";

/** A hash as Cloud Storage writes it, in base64. */
export interface Checksum {
  kind: HashKind;
  value: string;
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

/** The checksum in Cloud Storage's header, `x-goog-hash: crc32c=...,md5=...`; null without one. */
export function checksumIn(headers: Headers): Checksum | null {
  const given = headers.get("x-goog-hash") ?? "";
  for (const kind of ["md5", "crc32c"] as const) {
    const value = new RegExp(`(?:^|[,\\s])${kind}=([A-Za-z0-9+/=]+)`).exec(given)?.[1];
    if (value !== undefined) return { kind, value };
  }
  return null;
}
