import path from "node:path";
import { UserError } from "../../core/errors/user-error.ts";
import { hashFile } from "./hashes.ts";

/** Throws a UserError where a file holds no longer what it was found to hold, by its SHA-256. */
export async function requireSameFile(
  { root }: { root: string },
  file: string,
  sha256: string,
): Promise<void> {
  if ((await hashFile(file).catch(() => undefined)) === sha256) return;
  const place = path.relative(root, file);
  throw new UserError({
    code: "file-changed",
    message: "the file was changed while it was being submitted; nothing was submitted",
    at: { file: place.startsWith("..") ? file : place },
    expected: "the file that was checked, whose run is known",
    next: "wait until nothing writes it any more, then submit again",
  });
}
