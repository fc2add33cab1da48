import { readdir } from "node:fs/promises";
import path from "node:path";
import { isSharedCode } from "../../core/experiment/shipped-files.ts";

/** Shared whether git knows them or not. */
const settings = ["project.yml", "pyproject.toml", "uv.lock"];

/**
 * Paths, relative to the workspace, of the code and settings that experiments share. `known` are the files that git
 * knows; undefined: every file that is there is asked. A file that is gone may be among them.
 */
export async function listSharedCode(
  root: string,
  known: readonly string[] | undefined,
): Promise<string[]> {
  const names = known ?? (await listFiles(root, isShared));
  return [...new Set([...names, ...settings])].filter(isSharedCode);
}

/** A folder is asked as a file in it would be. */
function isShared(name: string, isFolder: boolean): boolean {
  return isSharedCode(isFolder ? `${name}/x` : name);
}

type Wanted = (name: string, isFolder: boolean) => boolean;

/** Paths of everything below a folder but folders; a folder that is a virtual environment is passed over. */
export async function listFiles(root: string, wanted: Wanted, under = ""): Promise<string[]> {
  const entries = await readdir(path.join(root, under), { withFileTypes: true });
  if (entries.some((entry) => entry.name === "pyvenv.cfg")) return [];
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const name = path.posix.join(under, entry.name);
      if (!wanted(name, entry.isDirectory())) return [];
      return entry.isDirectory() ? listFiles(root, wanted, name) : [name];
    }),
  );
  return nested.flat();
}
