import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { isMissing, readFailure } from "./read-failure.ts";

/** What is in a folder; nothing where there is none. Throws a UserError that names a folder that cannot be read. */
export async function readFolder(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(folder, error)) return [];
    throw readFailure(folder, error);
  }
}
