import { realpathSync } from "node:fs";
import path from "node:path";
import { UserError } from "../../core/errors/user-error.ts";
import type { Operation } from "../../operations/operation.ts";
import { findWorkspaceRoot } from "../../storage/workspace/workspace.ts";

/**
 * A person types a path and knows what is there; an agent may have it from a text that it read. So a tool takes a file
 * or a folder of the workspace alone, and none that holds secrets. Throws a UserError that names it.
 */
export function refuseFilesElsewhere(
  cwd: string,
  { completions = {} }: Operation,
  input: Record<string, unknown>,
): void {
  const root = realpathSync(findWorkspaceRoot(cwd) ?? cwd);
  for (const [key, kind] of Object.entries(completions)) {
    if (kind !== "file" && kind !== "folder") continue;
    for (const given of [input[key]].flat()) {
      if (typeof given !== "string") continue;
      const file = realPath(path.resolve(cwd, given));
      const within = path.relative(root, file);
      if (within.startsWith("..") || path.isAbsolute(within))
        throw refused(`${key}: ${given} is outside the workspace`, `a path under ${root}`);
      if (within.split(path.sep).some(isSecret))
        throw refused(`${key}: ${given} holds secrets`, "a file that is no .env");
    }
  }
}

/** Where a path leads, links followed as far as there is something. */
function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    const parent = path.dirname(file);
    return parent === file ? file : path.join(realPath(parent), path.basename(file));
  }
}

function isSecret(name: string): boolean {
  return /^\.env(\.|$)/i.test(name) && !/\.example$/i.test(name);
}

function refused(message: string, expected: string): UserError {
  return new UserError({
    code: "outside-workspace",
    message,
    expected,
    next: "ask the user, who can pass any file on the command line",
    exitCode: 2,
  });
}
