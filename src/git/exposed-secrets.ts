import { hasSecretName } from "../core/experiment/shipped-files.ts";
import { readFolderInGit } from "./folder-in-git.ts";
import { runGit } from "./run-git.ts";

/** Names that a `.env` file goes by with the usual tools. */
const envFiles = [".env", ".env.local", ".env.production"];

export interface ExposedSecrets {
  /** Files named like secrets that git has. */
  committed: string[];
  /** Files named like secrets, there or usual, that `git add -A` would take. */
  unignored: string[];
}

/** What of a folder's secrets git has or would take; nothing where no repository keeps the folder. */
export async function exposedSecrets(folder: string): Promise<ExposedSecrets> {
  const files = await readFolderInGit(folder);
  if (files === undefined) return { committed: [], unignored: [] };
  const ignored = (await runGit(folder, ["check-ignore", "--", ...envFiles])) ?? "";
  const names = ignored.split("\n");
  const committed = files.tracked.filter(hasSecretName);
  const usual = envFiles.filter((name) => !names.includes(name) && !committed.includes(name));
  const there = files.untracked.filter(hasSecretName);
  return { committed, unignored: [...new Set([...usual, ...there])] };
}
