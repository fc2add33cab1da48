import { UserError } from "../../core/errors/user-error.ts";
import type { Operation } from "../../operations/operation.ts";
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

function listOf(keys: readonly string[]): string {
  return keys.length === 0 ? "no input at all" : `one of ${keys.join(", ")}`;
}

function wrongInput(message: string, expected: string | undefined): UserError {
  return new UserError({
    code: "usage",
    message,
    ...(expected === undefined ? {} : { expected }),
    exitCode: 2,
  });
}
