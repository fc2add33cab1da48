import { existsSync } from "node:fs";
import path from "node:path";
import { x } from "tinyexec";
import { repositoryOf } from "./repository-of.ts";
import { gitEnv } from "./run-git.ts";

/**
 * Makes `root` a git repository unless it is one or one around it keeps its files: a repository that ignores the folder
 * could not say what its code was. `missing`: git is not installed.
 */
export async function ensureRepository(root: string): Promise<"made" | "found" | "missing"> {
  if (existsSync(path.join(root, ".git")) || (await repositoryOf(root)) === "kept") return "found";
  const options = { nodeOptions: { cwd: root, env: gitEnv } };
  const made = await x("git", ["init", "--quiet", "--initial-branch=main"], options).then(
    ({ exitCode }) => exitCode === 0,
    () => false,
  );
  return made ? "made" : "missing";
}
