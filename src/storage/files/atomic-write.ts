import { mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../core/errors/user-error.ts";
import { hasTemporaryFolder, temporaryPath } from "./temporary-file.ts";

/**
 * Writes a file whole or not at all: a temporary file, fsync, rename. Makes the folders above it. A file that is there
 * keeps its mode and owner, a link stays one. Throws a UserError that names the file when the disk is full or the folder
 * cannot be written.
 */
export async function writeAtomic(file: string, content: string | Uint8Array): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const target = await realpath(file).catch(() => path.resolve(file));
    if (hasTemporaryFolder(target) && (await replace(target, content, false))) return;
    await replace(target, content, true);
  } catch (error) {
    throw writeFailure(file, error);
  }
}

/** Codes of a temporary folder that cannot serve: on another disk, not to be written, no folder. */
const noPlace = new Set(["EXDEV", "EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOENT"]);

/** False where the workspace's folder for temporary files cannot serve this file. */
async function replace(
  target: string,
  content: string | Uint8Array,
  beside: boolean,
): Promise<boolean> {
  let part: string | undefined;
  try {
    part = await temporaryPath(target, beside);
    await writeNew(part, content, target);
    await rename(part, target);
    return true;
  } catch (error) {
    if (part !== undefined) await rm(part, { force: true }).catch(() => undefined);
    if (!beside && noPlace.has((error as NodeJS.ErrnoException).code ?? "")) return false;
    throw error;
  }
}

async function writeNew(part: string, content: string | Uint8Array, like: string): Promise<void> {
  const before = await stat(like).catch(() => undefined);
  const handle = await open(part, "wx");
  try {
    if (before?.isFile()) {
      // A file system may have neither.
      await handle.chown(before.uid, before.gid).catch(() => undefined);
      await handle.chmod(before.mode & 0o7777).catch(() => undefined);
    }
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const reasons: Record<string, { summary: string; next: string }> = {
  ENOSPC: { summary: "the disk is full", next: "free some space and run the same command again" },
  EDQUOT: {
    summary: "the disk quota is used up",
    next: "free some space and run the same command again",
  },
  EACCES: { summary: "permission denied", next: "check who owns the folder" },
  EPERM: { summary: "permission denied", next: "check who owns the folder" },
  EISDIR: { summary: "a folder is in its place", next: "move the folder elsewhere" },
  ENOTDIR: { summary: "a file is where a folder belongs", next: "move that file elsewhere" },
  EEXIST: { summary: "a file is where a folder belongs", next: "move that file elsewhere" },
  ENOENT: { summary: "a link to nothing is in the way", next: "remove the link" },
  ELOOP: { summary: "a link leads back to itself", next: "remove the link" },
  EROFS: { summary: "the file system is read-only", next: "work in a folder that can be written" },
};

/** A failed write as a user's error where the cause is the machine's, otherwise the error itself. */
export function writeFailure(file: string, error: unknown): unknown {
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? ""];
  if (reason === undefined) return error;
  return new UserError(
    {
      code: "cannot-write",
      message: `cannot write ${file}: ${reason.summary}; what was there before is unchanged`,
      next: reason.next,
    },
    { cause: error },
  );
}
