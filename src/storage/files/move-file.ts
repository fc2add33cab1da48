import { copyFile, mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { writeFailure } from "./atomic-write.ts";

/** Moves a file in place of what is there, whole, also to another disk. Makes the folders above it. */
export async function moveFile(from: string, to: string): Promise<void> {
  try {
    await mkdir(path.dirname(to), { recursive: true });
    await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "EXDEV") throw error;
      const beside = `${to}.part`;
      await copyFile(from, beside);
      await rename(beside, to);
      await rm(from, { force: true });
    });
  } catch (error) {
    throw writeFailure(to, error);
  }
}
