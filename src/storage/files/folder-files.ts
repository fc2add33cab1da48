import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";

export interface FolderFile {
  /** Below the folder, with `/`. */
  path: string;
  size: number;
  mtimeMs: number;
}

/** Every file below a folder in the order of their paths, links followed; none where there is no such folder. */
export async function listFolder(folder: string): Promise<FolderFile[]> {
  const found: FolderFile[] = [];
  await walk(folder, "", new Set(), found);
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** `above`: real paths of the folders that this one lies in, so that a link to one of them ends the walk. */
async function walk(
  folder: string,
  below: string,
  above: ReadonlySet<string>,
  found: FolderFile[],
): Promise<void> {
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined || above.has(real)) return;
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const facts = await stat(file).catch(() => undefined);
    const inside = below === "" ? name : `${below}/${name}`;
    if (facts?.isDirectory()) await walk(file, inside, new Set([...above, real]), found);
    else if (facts?.isFile()) {
      found.push({ path: inside, size: facts.size, mtimeMs: facts.mtimeMs });
    }
  }
}
