/** Castagnoli's polynomial, bits reversed (RFC 3720); zlib's crc32 is another one. */
const polynomial = 0x82f63b78;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
  return crc;
});

/** CRC-32C of `bytes` after those that gave `before`. */
export function crc32c(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  // Counted, not iterated: this runs over every byte of gigabytes.
  for (let index = 0; index < bytes.length; index += 1) {
    crc = table[(crc ^ bytes[index]!) & 0xff]! ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

/** As Cloud Storage writes it: the four bytes, highest first, in base64. */
export function crc32cText(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString("base64");
}
