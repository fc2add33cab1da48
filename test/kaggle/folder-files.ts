import { readdir, stat } from "node:fs/promises";
import path from "node:path";

export interface FolderFile {
  /** Path below the folder, with forward slashes. */
  name: string;
  path: string;
  size: number;
  modified: Date;
}

/** All files below a folder, by name; none where there is no folder. */
export async function listFolderFiles(folder: string | undefined): Promise<FolderFile[]> {
  if (folder === undefined) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = path.join(entry.parentPath, entry.name);
        const { size, mtime } = await stat(file);
        const name = path.relative(folder, file).split(path.sep).join("/");
        return { name, path: file, size, modified: mtime };
      }),
  );
  return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
