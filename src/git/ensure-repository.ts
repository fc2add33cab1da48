import { x } from "tinyexec";

/** Makes `root` a git repository unless it already lies in one. `missing`: git is not installed. */
export async function ensureRepository(root: string): Promise<"made" | "found" | "missing"> {
  const git = (...args: string[]) => x("git", args, { nodeOptions: { cwd: root } });
  try {
    if ((await git("rev-parse", "--git-dir")).exitCode === 0) return "found";
    return (await git("init", "--quiet", "--initial-branch=main")).exitCode === 0
      ? "made"
      : "missing";
  } catch {
    return "missing";
  }
}
