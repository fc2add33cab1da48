import { x } from "tinyexec";

/**
 * Paths relative to `folder` of the files in it that git tracks or does not ignore; undefined where it is in no git
 * repository or git is not there. A tracked file that was deleted is among them.
 */
export async function listKnownFiles(folder: string): Promise<string[] | undefined> {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const options = { nodeOptions: { cwd: folder, env: { GIT_OPTIONAL_LOCKS: "0" } } };
  const result = await x("git", args, options).then(undefined, () => undefined);
  if (result?.exitCode !== 0) return undefined;
  return [...new Set(result.stdout.split("\0"))].filter((name) => name !== "");
}
