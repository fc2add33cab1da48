import { spawn } from "node:child_process";
import { appendFile, open } from "node:fs/promises";
import { x } from "tinyexec";
import { paths } from "../storage/workspace/paths.ts";

export interface GitState {
  commit: string | null;
  branch: string | null;
  dirty: boolean;
}

/** The folder without what holds secrets, which is never read, and without the run records. */
const sources = [
  ".",
  ":(exclude,glob)**/.env",
  ":(exclude,glob)**/.env.*",
  `:(exclude)${paths.crossfold({ root: "" })}`,
];

/** Commit, branch and cleanness of the folder; null where it is in no git repository or git is not there. */
export async function readGitState(folder: string): Promise<GitState | null> {
  const inside = await git(folder, ["rev-parse", "--is-inside-work-tree"]);
  if (inside?.trim() !== "true") return null;
  const [commit, branch, changes] = await Promise.all([
    git(folder, ["rev-parse", "--verify", "--quiet", "HEAD"]),
    git(folder, ["symbolic-ref", "--short", "--quiet", "HEAD"]),
    git(folder, ["status", "--porcelain", "--", ...sources]),
  ]);
  return { commit: commit?.trim() || null, branch: branch?.trim() || null, dirty: changes !== "" };
}

/**
 * Writes what differs from the commit: the names of untracked files as comment lines, then `git diff HEAD --binary`
 * as bytes, so that `git apply` at the repository's root takes the file as it is.
 */
export async function writeDirtyPatch(folder: string, file: string): Promise<void> {
  const list = ["ls-files", "--others", "--exclude-standard", "-z", "--", ...sources];
  const untracked = ((await git(folder, list)) ?? "").split("\0").filter((name) => name !== "");
  await appendFile(
    file,
    untracked.map((name) => `# untracked: ${JSON.stringify(name)}\n`).join(""),
  );
  const plain = ["--binary", "--no-color", "--no-ext-diff", "--no-textconv"];
  await gitInto(folder, ["diff", "HEAD", ...plain, "--", ...sources], file);
}

/** Output of a git command, or undefined where it fails. */
async function git(folder: string, args: string[]): Promise<string | undefined> {
  const options = { nodeOptions: { cwd: folder, env: { GIT_OPTIONAL_LOCKS: "0" } } };
  const result = await x("git", args, options).then(undefined, () => undefined);
  return result?.exitCode === 0 ? result.stdout : undefined;
}

async function gitInto(folder: string, args: string[], file: string): Promise<void> {
  const handle = await open(file, "a");
  try {
    await new Promise<void>((resolve) => {
      const child = spawn("git", args, { cwd: folder, stdio: ["ignore", handle.fd, "ignore"] });
      child.on("error", () => resolve()).on("close", () => resolve());
    });
  } finally {
    await handle.close();
  }
}
