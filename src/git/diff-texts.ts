import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { devNull, tmpdir } from "node:os";
import path from "node:path";
import { x } from "tinyexec";
import { UserError } from "../core/errors/user-error.ts";

const plain = ["-c", "core.quotepath=false", "-c", "core.autocrlf=false"];
const flags = ["--no-index", "--no-color", "--no-ext-diff", "--no-textconv", "--no-prefix"];

/** Two sets of texts by path as a unified diff, empty where they are the same. Throws a UserError without git. */
export async function diffTexts(
  a: ReadonlyMap<string, string>,
  b: ReadonlyMap<string, string>,
): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "crossfold-diff-"));
  try {
    await Promise.all([writeAll(path.join(folder, "a"), a), writeAll(path.join(folder, "b"), b)]);
    const { stdout, stderr, exitCode } = await x("git", [...plain, "diff", ...flags, "a", "b"], {
      nodeOptions: { cwd: folder, env: { GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: "1" } },
    });
    // 0: the same, 1: they differ.
    if (exitCode === 0 || exitCode === 1) return stdout;
    throw new Error(`git diff ended with ${exitCode}: ${stderr}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new UserError(
      {
        code: "no-git",
        message: "git is not installed; code cannot be compared",
        next: { operation: "doctor", input: {}, why: "says how to get git" },
      },
      { cause: error },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeAll(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(folder);
  for (const [name, text] of files) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
