import type { Operation } from "../operations/operation.ts";
import type { Field } from "./fields.ts";
import { usageError } from "./usage-error.ts";

/** The input as the operation takes it, its schema applied. Throws a UserError that names the flag. */
export function checkInput(
  operation: Operation,
  name: string,
  fields: readonly Field[],
  given: Record<string, unknown>,
): Record<string, unknown> {
  const values = { ...given };
  for (const field of fields) {
    if (field.kind === "number" && typeof values[field.key] === "string") {
      values[field.key] = toNumber(field, String(values[field.key]), name);
    }
  }
  const result = operation.input.safeParse(values);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const field = fields.find((one) => one.key === issue.path[0]);
  if (field === undefined) throw usageError(issue.message, name);
  const got = values[field.key] === undefined ? "" : `, got ${JSON.stringify(values[field.key])}`;
  const problem = issue.message.replace(/^Invalid (input|option|string): /, "");
  throw usageError(`${label(field)}: ${problem}${got}`, name, field.description);
}

function toNumber(field: Field, text: string, name: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isNaN(value)) return value;
  throw usageError(`${label(field)}: expected a number, got "${text}"`, name, field.description);
}

function label(field: Field): string {
  return field.place === "positional" ? `<${field.name}>` : `--${field.name}`;
}
