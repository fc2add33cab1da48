import { crc32, deflateRawSync } from "node:zlib";

interface ZipEntry {
  name: string;
  bytes: Buffer;
}

/** 1980-01-01 in MS-DOS form: the same files give the same archive. */
const dosDate = (1 << 5) | 1;

/** A zip archive in memory, deflated (PKWARE APPNOTE 4.3). */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes } of entries) {
    const packed = deflateRawSync(bytes);
    const fields = commonFields(packed.length, bytes, Buffer.byteLength(name));
    const local = Buffer.concat([signature(0x04034b50), fields, Buffer.from(name)]);
    directory.push(directoryEntry(fields, name, offset));
    parts.push(local, packed);
    offset += local.length + packed.length;
  }
  const index = Buffer.concat(directory);
  return Buffer.concat([...parts, index, endRecord(entries.length, index.length, offset)]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Version needed to extra length: the same in a local header and in the directory. */
function commonFields(packedSize: number, bytes: Buffer, nameLength: number): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(0x0800, 2);
  fields.writeUInt16LE(8, 4);
  fields.writeUInt16LE(dosDate, 8);
  fields.writeUInt32LE(crc32(bytes), 10);
  fields.writeUInt32LE(packedSize, 14);
  fields.writeUInt32LE(bytes.length, 18);
  fields.writeUInt16LE(nameLength, 22);
  return fields;
}

function directoryEntry(fields: Buffer, name: string, offset: number): Buffer {
  const madeBy = Buffer.from([20, 3]);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE((0o100644 << 16) >>> 0, 6);
  rest.writeUInt32LE(offset, 10);
  return Buffer.concat([signature(0x02014b50), madeBy, fields, rest, Buffer.from(name)]);
}

function endRecord(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}
