import { existsSync } from "node:fs";
import path from "node:path";
import { x } from "tinyexec";
import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors/user-error.ts";
import { requireUv } from "./uv.ts";

/** What a run needs and no more: no tools of development, no project of its own to install. */
const exported = [
  "--no-dev",
  "--no-emit-project",
  "--no-header",
  "--no-annotate",
  "--emit-index-url",
];

/**
 * The workspace's packages as text of a requirements.txt: the exact versions of uv.lock with their hashes, and the
 * indexes that pyproject.toml adds, without passwords. Throws a UserError where there is no uv.lock, where it is older
 * than pyproject.toml, or where uv fails.
 */
export async function exportRequirements(root: string, env: Context["env"]): Promise<string> {
  if (!existsSync(path.join(root, "uv.lock"))) {
    throw new UserError({
      code: "no-lock",
      message: `there is no uv.lock in ${root}; it says which packages a remote machine has to install`,
      next: "uv lock",
    });
  }
  const uv = await requireUv(env);
  const check = await runUv(uv, root, env, ["lock", "--check", "--quiet"]);
  if (check.exitCode !== 0) {
    throw new UserError({
      code: "stale-lock",
      message: `uv.lock does not agree with pyproject.toml:\n${check.stderr.trim()}`,
      next: "uv lock",
    });
  }
  const format = ["--frozen", "--format", "requirements.txt"];
  const result = await runUv(uv, root, env, ["export", ...format, ...exported]);
  if (result.exitCode === 0) return shareableIndexes(result.stdout);
  throw new UserError({
    code: "uv-export",
    message: `uv could not read uv.lock in ${root}:\n${result.stderr.trim()}`,
    next: "uv lock",
  });
}

/** The default index is each machine's own; an address may hold a password. */
function shareableIndexes(requirements: string): string {
  return requirements
    .replaceAll(/^--index-url .*\n+/gm, "")
    .replaceAll(/^(--extra-index-url \w+:\/\/)[^/@\s]*@/gm, "$1");
}

function runUv(uv: string, cwd: string, env: Context["env"], args: string[]) {
  const nodeOptions = { cwd, env: { ...env, VIRTUAL_ENV: undefined } };
  return x(uv, [...args, "--no-progress"], { nodeOptions });
}
