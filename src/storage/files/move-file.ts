import { copyFile, lstat, mkdir, rename, rm, utimes } from "node:fs/promises";
import path from "node:path";
import { writeFailure } from "./atomic-write.ts";

/** How a file is called until it is whole on another disk. */
export const movePart = ".crossfold-part";

/** Moves a file in place of what is there, whole and with its times, also to another disk. Makes the folders above it. */
export async function moveFile(from: string, to: string): Promise<void> {
  try {
    await mkdir(path.dirname(to), { recursive: true });
    await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "EXDEV") throw error;
      const beside = `${to}${movePart}`;
      await copyFile(from, beside);
      const { atime, mtime } = await lstat(from);
      await utimes(beside, atime, mtime);
      await rename(beside, to);
      await rm(from, { force: true });
    });
  } catch (error) {
    throw writeFailure(to, error);
  }
}
