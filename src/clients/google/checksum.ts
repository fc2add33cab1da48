import { stat } from "node:fs/promises";
import { type Checksum, readInto, startHash } from "../http/checksum.ts";

/** What an object's contents are known by; undefined where Google says nothing. */
export function checksumOf(object: {
  md5: string | null;
  crc32c: string | null;
}): Checksum | undefined {
  if (object.md5 !== null) return { kind: "md5", value: object.md5 };
  return object.crc32c === null ? undefined : { kind: "crc32c", value: object.crc32c };
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
