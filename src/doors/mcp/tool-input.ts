import { realpathSync } from "node:fs";
import path from "node:path";
import { UserError } from "../../core/errors/user-error.ts";
import type { Operation } from "../../operations/operation.ts";
import { findWorkspaceRoot } from "../../storage/workspace/workspace.ts";
import { inputKeys } from "./tool-schema.ts";

/** An input of every tool: whether the answer also holds the data that `--json` prints. */
export const structuredKey = "structured";

/** A tool's arguments as the operation takes them. Throws a UserError that names the first that is wrong. */
export function checkToolInput(
  operation: Operation,
  given: Record<string, unknown>,
): Record<string, unknown> {
  const keys = inputKeys(operation);
  const stray = Object.keys(given).find((key) => !keys.includes(key));
  if (stray !== undefined) throw wrongInput(`there is no input ${stray}`, listOf(keys));
  const result = operation.input.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const key = issue.path.join(".");
  const description = operation.input.shape[String(issue.path[0])]?.description;
  throw wrongInput(key === "" ? issue.message : `${key}: ${issue.message}`, description);
}

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

function listOf(keys: readonly string[]): string {
  return keys.length === 0 ? "no input at all" : `one of ${keys.join(", ")}`;
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

function wrongInput(message: string, expected: string | undefined): UserError {
  return new UserError({
    code: "usage",
    message,
    ...(expected === undefined ? {} : { expected }),
    exitCode: 2,
  });
}
