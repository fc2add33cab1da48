import { lstat, readdir } from "node:fs/promises";
import path from "node:path";

/** Bytes of the files at and below a path; a link counts as itself and is not followed. 0 where there is nothing. */
export async function sizeOf(file: string): Promise<number> {
  const facts = await lstat(file).catch(() => undefined);
  if (facts === undefined) return 0;
  if (!facts.isDirectory()) return facts.size;
  let bytes = 0;
  for (const name of await readdir(file).catch(() => []))
    bytes += await sizeOf(path.join(file, name));
  return bytes;
}
