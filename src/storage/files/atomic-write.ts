import { mkdir } from "node:fs/promises";
import path from "node:path";
import writeFileAtomic from "write-file-atomic";
import { UserError } from "../../core/errors/user-error.ts";

/**
 * Writes a file whole or not at all: a temporary file beside it, fsync, rename. Makes the folders above it.
 * Throws a UserError that names the file when the disk is full or the folder cannot be written.
 */
export async function writeAtomic(file: string, content: string | Uint8Array): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFileAtomic(file, typeof content === "string" ? content : Buffer.from(content));
  } catch (error) {
    throw writeFailure(file, error);
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
