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

/** A file at a time would wait for each; this many wait together. */
const atOnce = 256;

/** `above`: real paths of the folders that this one lies in, so that a link to one of them ends the walk. */
async function walk(
  folder: string,
  below: string,
  above: ReadonlySet<string>,
  found: FolderFile[],
): Promise<void> {
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined || above.has(real)) return;
  const names = await readdir(folder);
  const folders: string[] = [];
  for (let start = 0; start < names.length; start += atOnce) {
    const some = names.slice(start, start + atOnce);
    const facts = await Promise.all(
      some.map((name) => stat(path.join(folder, name)).catch(() => undefined)),
    );
    for (const [index, name] of some.entries()) {
      const one = facts[index];
      const inside = below === "" ? name : `${below}/${name}`;
      if (one?.isDirectory()) folders.push(name);
      else if (one?.isFile()) found.push({ path: inside, size: one.size, mtimeMs: one.mtimeMs });
    }
  }
  for (const name of folders) {
    const inside = below === "" ? name : `${below}/${name}`;
    await walk(path.join(folder, name), inside, new Set([...above, real]), found);
  }
}
