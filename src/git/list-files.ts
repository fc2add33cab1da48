import { repositoryOf } from "./repository-of.ts";
import { runGit } from "./run-git.ts";

/**
 * Paths relative to `folder` of the files in it that git tracks or does not ignore; undefined where no repository keeps
 * the folder or git is not there. A tracked file that was deleted is among them.
 */
export async function listKnownFiles(folder: string): Promise<string[] | undefined> {
  if ((await repositoryOf(folder)) !== "kept") return undefined;
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const names = (await runGit(folder, args))?.split("\0").filter((name) => name !== "");
  return names && [...new Set(names)];
}
