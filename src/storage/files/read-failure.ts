import { readlinkSync } from "node:fs";
import { UserError } from "../../core/errors/user-error.ts";

const reasons: Record<string, string> = {
  ENOENT: "it is not there, or a link to nothing is",
  EEXIST: "something else is in its place",
  ENOTEMPTY: "it is a folder that is not empty",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  ENAMETOOLONG: "its name is too long",
  EISDIR: "a folder is in its place",
  ENOTDIR: "a file is where a folder belongs",
  ELOOP: "a link leads back to itself",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENXIO: "it is no plain file",
  EIO: "the disk cannot read it",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
};

/** That a file or folder of the user's cannot be read, and why. */
export function unreadable(file: string, reason: string, line?: number): UserError {
  return new UserError({
    code: "unreadable",
    message: `${file} cannot be read: ${reason}`,
    at: { file, ...(line === undefined ? {} : { line }) },
    next: `put ${file} right, or move it elsewhere`,
  });
}

/** A failed read as a user's error where the system gave a reason, otherwise the error itself. */
export function readFailure(file: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || error instanceof UserError) return error;
  const target = code === "ENOENT" ? targetOf(file) : undefined;
  const reason =
    target === undefined ? reasons[code] : `it is a link to ${target}, which is not there`;
  return unreadable(file, reason ?? code);
}

/** Where a link leads; undefined where it is none. */
function targetOf(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}

/**
 * What the file system refused, as a user's error that names the file: a folder in a file's place, a link to nothing, a
 * full disk. Any other error as it is.
 */
export function fileSystemFailure(error: unknown): unknown {
  const { code, syscall, path: file } = error as NodeJS.ErrnoException;
  if (code === undefined || file === undefined || syscall === undefined) return error;
  if (error instanceof UserError || !fileCalls.test(syscall)) return error;
  return new UserError(
    {
      code: "file-system",
      message: `${file} is in the way: ${reasons[code] ?? code} (${syscall})`,
      at: { file },
      next: `put ${file} right, or move it elsewhere, and run the same command again`,
    },
    { cause: error },
  );
}

/** Not those that start a program or open a connection, whose errors have a path too. */
const fileCalls =
  /^(open|read|write|close|stat|lstat|fstat|statfs|access|mkdir|mkdtemp|rmdir|rm|unlink|scandir|opendir|readlink|symlink|link|rename|copyfile|cp|ftruncate|truncate|utime|lutime|chmod|realpath)$/;

/** Whether nothing at all is there: a link that leads nowhere is something. */
export function isMissing(file: string, error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT" && targetOf(file) === undefined;
}
