import { repositoryOf } from "./repository-of.ts";
import { runGit } from "./run-git.ts";

export interface FolderInGit {
  /** Files that `git add -A` would add, relative to the folder; another repository inside ends with `/`. */
  untracked: string[];
  /** Files that git has. */
  tracked: string[];
}

/** What git would add below `folder` and what it has; undefined where no repository keeps the folder or git is not there. */
export async function readFolderInGit(folder: string): Promise<FolderInGit | undefined> {
  if ((await repositoryOf(folder)) !== "kept") return undefined;
  const untracked = await lsFiles(folder, ["--others", "--exclude-standard"]);
  const tracked = await lsFiles(folder, ["--cached"]);
  return untracked === undefined || tracked === undefined ? undefined : { untracked, tracked };
}

async function lsFiles(folder: string, args: string[]): Promise<string[] | undefined> {
  const listed = await runGit(folder, ["ls-files", "-z", ...args]);
  return listed?.split("\0").filter((name) => name !== "");
}
