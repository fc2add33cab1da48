import { spawn } from "node:child_process";
import { appendFile, open } from "node:fs/promises";
import path from "node:path";
import { hasSecretName, holdsCredentials } from "../core/experiment/shipped-files.ts";
import { secretReason } from "../storage/experiment/secret-file.ts";
import { paths } from "../storage/workspace/paths.ts";
import { repositoryOf } from "./repository-of.ts";
import { gitEnv, runGit as git } from "./run-git.ts";

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

/** Commit, branch and cleanness of the folder; null where no git repository keeps it or git is not there. */
export async function readGitState(folder: string): Promise<GitState | null> {
  if ((await repositoryOf(folder)) !== "kept") return null;
  const [commit, branch, changes] = await Promise.all([
    git(folder, ["rev-parse", "--verify", "--quiet", "HEAD"]),
    git(folder, ["symbolic-ref", "--short", "--quiet", "HEAD"]),
    git(folder, ["status", "--porcelain", "--", ...sources]),
  ]);
  return { commit: commit?.trim() || null, branch: branch?.trim() || null, dirty: changes !== "" };
}

/**
 * Writes what differs from the commit: the names of untracked files as comment lines, then `git diff HEAD --binary`
 * as bytes, so that `git apply` at the repository's root takes the file as it is. Files that hold secrets are left out.
 */
export async function writeDirtyPatch(folder: string, file: string): Promise<void> {
  const list = ["ls-files", "--others", "--exclude-standard", "-z", "--", ...sources];
  const untracked = names(await git(folder, list)).filter((name) => !hasSecretName(name));
  await appendFile(
    file,
    untracked.map((name) => `# untracked: ${JSON.stringify(name)}\n`).join(""),
  );
  const changed = names(
    await git(folder, ["diff", "HEAD", "--name-only", "--relative", "-z", "--", ...sources]),
  );
  const secrets = [];
  for (const name of changed)
    if (await isOrWasSecret(folder, name)) secrets.push(`:(exclude,literal)${name}`);
  const plain = ["--binary", "--no-color", "--no-ext-diff", "--no-textconv"];
  await gitInto(folder, ["diff", "HEAD", ...plain, "--", ...sources, ...secrets], file);
}

/** A patch has what a file was, too. */
async function isOrWasSecret(folder: string, name: string): Promise<boolean> {
  if ((await secretReason(path.join(folder, name))) !== undefined) return true;
  if (!/\.(json|txt|ya?ml|toml|ini|cfg)$/.test(name)) return false;
  return holdsCredentials((await git(folder, ["show", `HEAD:./${name}`])) ?? "");
}

/** What git printed with `-z`. */
function names(listed: string | undefined): string[] {
  return (listed ?? "").split("\0").filter((name) => name !== "");
}

async function gitInto(folder: string, args: string[], file: string): Promise<void> {
  const handle = await open(file, "a");
  try {
    await new Promise<void>((resolve) => {
      const env = { ...process.env, ...gitEnv };
      const stdio = ["ignore", handle.fd, "ignore"] as const;
      const child = spawn("git", args, { cwd: folder, env, stdio: [...stdio] });
      child.on("error", () => resolve()).on("close", () => resolve());
    });
  } finally {
    await handle.close();
  }
}
