import { lstat, realpath } from "node:fs/promises";
import path from "node:path";

/** From this size on a file is looked at for holes, which would be read as so many null bytes. */
const large = 2 ** 30;

/** A plain file below the folder, or why it is none. */
export async function findOofFile(
  folder: string,
  name: string,
): Promise<{ file: string } | { why: string }> {
  const file = path.resolve(folder, name);
  const facts = await lstat(file).catch(() => undefined);
  if (facts === undefined) return { why: `there is no OOF file ${name} in artifacts/` };
  if (!facts.isFile()) {
    const kind = facts.isSymbolicLink()
      ? "a link"
      : facts.isDirectory()
        ? "a folder"
        : "no plain file";
    return { why: `the OOF file ${name} is ${kind}` };
  }
  if (facts.size > large && facts.blocks * 512 < facts.size / 100)
    return { why: `the OOF file ${name} is ${Math.round(facts.size / 1e9)} GB of nothing` };
  const below = path.relative(await realpath(folder), await realpath(file));
  if (below.startsWith("..") || path.isAbsolute(below))
    return { why: `the OOF file ${name} is not in artifacts/` };
  return { file };
}
