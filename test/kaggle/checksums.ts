import { createHash } from "node:crypto";

const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value >>> 0;
});

/** CRC-32C (Castagnoli), base64 of the big-endian number, as Cloud Storage gives it. */
function crc32c(bytes: Buffer): string {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ table[(crc ^ byte) & 255]!;
  const number = Buffer.alloc(4);
  number.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
  return number.toString("base64");
}

export function md5(bytes: Buffer, encoding: "hex" | "base64"): string {
  return createHash("md5").update(bytes).digest(encoding);
}

/** Value of Cloud Storage's x-goog-hash. */
export function googHash(bytes: Buffer): string {
  return `crc32c=${crc32c(bytes)}, md5=${md5(bytes, "base64")}`;
}
