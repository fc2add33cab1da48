import { copyFile, link, mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { projectSchema } from "../../core/competition/project.ts";

export interface DataNames {
  train: string;
  test: string;
  sample_submission: string;
  /** Never guessed. */
  labels?: string;
}

export interface FoundData {
  /** The folder the files lie in, absolute. */
  folder: string;
  files: Partial<DataNames>;
}

const patterns: Record<Exclude<keyof DataNames, "labels">, RegExp> = {
  train: /^train\.(csv|csv\.gz|parquet)$/i,
  test: /^test\.(csv|csv\.gz|parquet)$/i,
  sample_submission: /^sample[-_ ]?submission\.(csv|csv\.gz|parquet)$/i,
};

/**
 * The competition's files in the first folder that has any of them: `data/input/<name>`, the workspace itself, `data`,
 * `data/input`. `given` names files that are called something else.
 */
export async function findData(
  root: string,
  competition: string,
  given: Partial<DataNames>,
): Promise<FoundData | undefined> {
  const folders = [
    path.join("data", "input", competition),
    ".",
    "data",
    path.join("data", "input"),
  ];
  for (const folder of folders) {
    const absolute = path.join(root, folder);
    const names = await readdir(absolute).catch(() => []);
    const files = matchNames(names, given);
    if (Object.keys(files).length > 0) return { folder: absolute, files };
  }
  return undefined;
}

/** The name that the data already bears: the one folder in `data/input`, if it can be a competition's name. */
export async function nameInData(root: string): Promise<string | undefined> {
  const folder = path.join(root, "data", "input");
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const { competition_name } = projectSchema.shape;
  return names.length === 1 && competition_name.safeParse(names[0]).success ? names[0] : undefined;
}

function matchNames(names: string[], given: Partial<DataNames>): Partial<DataNames> {
  const files: Partial<DataNames> = {};
  for (const key of ["train", "test", "sample_submission"] as const) {
    const wanted = given[key];
    const found = names
      .toSorted()
      .find((name) => (wanted === undefined ? patterns[key].test(name) : name === wanted));
    if (found !== undefined) files[key] = found;
  }
  if (given.labels !== undefined && names.includes(given.labels)) files.labels = given.labels;
  return files;
}

/** Makes files found outside appear in `target` too, as hard links where the file system allows. Returns what was added. */
export async function importData(found: FoundData, target: string): Promise<string[]> {
  if (path.resolve(found.folder) === path.resolve(target)) return [];
  await mkdir(target, { recursive: true });
  const there = new Set(await readdir(target));
  const missing = Object.values(found.files).filter((name) => !there.has(name));
  for (const name of missing) {
    const [from, to] = [path.join(found.folder, name), path.join(target, name)];
    await link(from, to).catch(() => copyFile(from, to));
  }
  return missing;
}
