import { x } from "tinyexec";

export interface FolderInGit {
  /** Files that `git add -A` would add, relative to the folder; another repository inside ends with `/`. */
  untracked: string[];
  /** Files that git has. */
  tracked: string[];
}

/** What git would add below `folder` and what it has; undefined where it is in no git repository or git is not there. */
export async function readFolderInGit(folder: string): Promise<FolderInGit | undefined> {
  const untracked = await lsFiles(folder, ["--others", "--exclude-standard"]);
  const tracked = await lsFiles(folder, ["--cached"]);
  return untracked === undefined || tracked === undefined ? undefined : { untracked, tracked };
}

async function lsFiles(folder: string, args: string[]): Promise<string[] | undefined> {
  const options = { nodeOptions: { cwd: folder, env: { GIT_OPTIONAL_LOCKS: "0" } } };
  const result = await x("git", ["ls-files", "-z", ...args], options).then(
    undefined,
    () => undefined,
  );
  if (result?.exitCode !== 0) return undefined;
  return result.stdout.split("\0").filter((name) => name !== "");
}
