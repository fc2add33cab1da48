import { runGit } from "./run-git.ts";

/** Files that every workspace has or will have: git keeps one if it keeps the workspace. */
const samples = ["project.yml", "models/exp001/train.py"];

/**
 * How a folder stands to git: `kept` in the work tree of a repository, or `ignored` by one that lies around it, whose
 * commits say nothing of the folder; undefined where there is no repository or no git.
 */
export async function repositoryOf(folder: string): Promise<"kept" | "ignored" | undefined> {
  const inside = await runGit(folder, ["rev-parse", "--is-inside-work-tree"]);
  if (inside?.trim() !== "true") return undefined;
  const prefix = await runGit(folder, ["rev-parse", "--show-prefix"]);
  if (prefix?.trim() === "") return "kept";
  const ignored = (await runGit(folder, ["check-ignore", "--", ...samples])) ?? "";
  return ignored.split("\n").filter((name) => name !== "").length === samples.length
    ? "ignored"
    : "kept";
}
