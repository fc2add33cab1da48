import { stat } from "node:fs/promises";
import path from "node:path";
import { globPattern, isGlob } from "../../core/competition/glob.ts";
import { type FolderFile, listFolder } from "../files/folder-files.ts";

/** One entry of `data.files` as it lies on disk; paths of `files` are relative to `folder`. */
export type DataEntryOnDisk =
  | { kind: "file"; file: string }
  | { kind: "files"; folder: string; files: FolderFile[] };

/**
 * What an entry (a file, a folder or a glob) below `base` names; undefined where that is nothing. A name that is there is
 * that name, whatever glob characters it has.
 */
export async function readDataEntry(
  base: string,
  entry: string,
): Promise<DataEntryOnDisk | undefined> {
  const { folder, rest } = await literalPart(base, entry);
  if (rest !== "" && !isGlob(rest)) return undefined;
  if (rest === "" && (await stat(folder)).isFile()) return { kind: "file", file: folder };
  const pattern = rest === "" ? undefined : globPattern(rest);
  const all = await listFolder(folder);
  const files = pattern === undefined ? all : all.filter((one) => pattern.test(one.path));
  return files.length === 0 ? undefined : { kind: "files", folder, files };
}

/** Whether there is anything that an entry names; a folder is not walked. */
export async function hasDataEntry(base: string, entry: string): Promise<boolean> {
  const { rest } = await literalPart(base, entry);
  return rest === "" || (await readDataEntry(base, entry)) !== undefined;
}

/** The longest part of the entry that is there by that very name, and what is left of it. */
async function literalPart(base: string, entry: string): Promise<{ folder: string; rest: string }> {
  const parts = entry.split("/").filter((part) => part !== "" && part !== ".");
  let folder = base;
  for (const [index, part] of parts.entries()) {
    const next = path.join(folder, part);
    if ((await stat(next).catch(() => undefined)) === undefined)
      return { folder, rest: parts.slice(index).join("/") };
    folder = next;
  }
  return { folder, rest: "" };
}
