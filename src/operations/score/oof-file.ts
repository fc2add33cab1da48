import { lstat, realpath } from "node:fs/promises";
import path from "node:path";
import { hashFile } from "../../storage/files/hashes.ts";
import { readNotes } from "../../storage/run/run-artifacts.ts";

/** From this size on a file is looked at for holes, which would be read as so many null bytes. */
const large = 2 ** 30;

export interface OofFile {
  file: string;
  /** Of the file as the script left it, of which this one may be the same table in less space. */
  sha256(): Promise<string>;
}

/**
 * The OOF file below a folder of artifacts, or why it is none: a plain file, or what Crossfold made of one that the run's
 * script had left.
 */
export async function findOofFile(
  folder: string,
  name: string,
): Promise<OofFile | { why: string }> {
  const file = path.resolve(folder, name);
  const facts = await lstat(file).catch(() => undefined);
  if (facts === undefined)
    return (
      (await findCompacted(folder, name)) ?? { why: `there is no OOF file ${name} in artifacts/` }
    );
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
  return { file, sha256: () => hashFile(file) };
}

/** The table that stands for a file that was dropped, if it is still the one that was made of it. */
async function findCompacted(folder: string, name: string): Promise<OofFile | undefined> {
  const notes = (await readNotes(path.dirname(folder))) ?? {};
  const dropped = notes[path.normalize(name)];
  const made = notes[dropped?.as ?? ""];
  if (dropped?.as === undefined || made?.from !== path.normalize(name)) return undefined;
  const file = path.join(folder, dropped.as);
  if ((await lstat(file).catch(() => undefined))?.isFile() !== true) return undefined;
  if ((await hashFile(file)) !== made.sha256) return undefined;
  return { file, sha256: async () => dropped.sha256 };
}
