import { realpathSync } from "node:fs";
import path from "node:path";
import { UserError } from "../../core/errors/user-error.ts";
import { hasSecretName } from "../../core/experiment/shipped-files.ts";
import type { Operation } from "../../operations/operation.ts";
import { secretReason } from "../../storage/experiment/secret-file.ts";
import { findWorkspaceRoot } from "../../storage/workspace/workspace.ts";

/**
 * A person types a path and knows what is there; an agent may have it from a text that it read. So a tool takes a file
 * or a folder of the workspace alone, and none with secrets. Throws a UserError that names it.
 */
export async function requireWorkspaceFiles(
  cwd: string,
  { completions = {} }: Operation,
  input: Record<string, unknown>,
): Promise<void> {
  const root = realpathSync(findWorkspaceRoot(cwd) ?? cwd);
  for (const [key, kind] of Object.entries(completions)) {
    if (kind !== "file" && kind !== "folder") continue;
    for (const given of [input[key]].flat()) {
      if (typeof given !== "string") continue;
      const file = realPath(path.resolve(cwd, given));
      const within = path.relative(root, file);
      if (within.startsWith("..") || path.isAbsolute(within))
        throw refused("outside-workspace", {
          message: `${key}: ${given} is outside the workspace`,
          expected: `a path under ${root}`,
        });
      const why = within.split(path.sep).some(isSecretFolder)
        ? "named like a secret"
        : await secretReason(file);
      if (why !== undefined)
        throw refused("secret-file", {
          message: `${key}: ${given} is kept from agents: ${why}`,
          expected: "a file without secrets",
        });
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

/** Hidden ones alone: `features/token/` is code. */
function isSecretFolder(name: string): boolean {
  return name.startsWith(".") && hasSecretName(name);
}

function refused(code: string, said: { message: string; expected: string }): UserError {
  const next = "ask the user, who can pass any file on the command line";
  return new UserError({ code, ...said, next, exitCode: 2 });
}
