import { link, mkdir, copyFile, readdir, stat, symlink } from "node:fs/promises";
import path from "node:path";
import { dataAmong } from "../../core/competition/data-files.ts";
import { listLoose } from "../../storage/files/loose-files.ts";

/** Data that is no table, for `data.files`. */
export interface FoundDataFiles {
  /** Entries of `data.files`, below `data/input/<competition>`. */
  entries: string[];
  /** What lies outside it, to be linked there under its own name; absolute. */
  outside: string[];
}

/** More loose files than this are named by a glob for each ending. */
const mostLoose = 20;

/**
 * Folders and files of data, without the `tables`: those in `data/input/<competition>`, or where that is empty, those in
 * the workspace's folder and in `data`.
 */
export async function findDataFiles(
  root: string,
  competition: string,
  tables: readonly string[],
): Promise<FoundDataFiles> {
  const input = path.join(root, "data", "input", competition);
  const wanted = (name: string) => !name.startsWith(".") && !tables.includes(name);
  const inside = (await readdir(input).catch(() => [])).filter(wanted);
  if (inside.length > 0) return { entries: await asEntries(input, inside), outside: [] };
  const inRoot = dataAmong(await listLoose(root))
    .map((one) => one.path)
    .filter((name) => !name.includes("/") && wanted(name));
  const data = path.join(root, "data");
  const inData = (await readdir(data).catch(() => [])).filter(
    (name) => wanted(name) && name !== "input" && name !== "grading" && !inRoot.includes(name),
  );
  const outside = [
    ...inRoot.map((name) => path.join(root, name)),
    ...inData.map((name) => path.join(data, name)),
  ];
  return { entries: await asEntries(root, outside), outside };
}

async function asEntries(folder: string, names: readonly string[]): Promise<string[]> {
  const folders: string[] = [];
  const files: string[] = [];
  for (const name of names) {
    const isFolder = (await stat(path.resolve(folder, name))).isDirectory();
    (isFolder ? folders : files).push(path.basename(name));
  }
  if (files.length <= mostLoose) return [...folders, ...files].toSorted();
  const endings = new Set(files.map((name) => path.extname(name)));
  return [...folders.toSorted(), ...[...endings].toSorted().map((ending) => `*${ending}`)];
}

/** Makes what lies outside appear in `input` too: a folder as a link, a file as a hard link where that is possible. */
export async function linkDataFiles({ outside }: FoundDataFiles, input: string): Promise<string[]> {
  if (outside.length === 0) return [];
  await mkdir(input, { recursive: true });
  const there = new Set(await readdir(input));
  const missing = outside.filter((from) => !there.has(path.basename(from)));
  for (const from of missing) {
    const to = path.join(input, path.basename(from));
    if ((await stat(from)).isDirectory()) await symlink(path.relative(input, from), to);
    else await link(from, to).catch(() => copyFile(from, to));
  }
  return missing.map((from) => path.basename(from));
}
