import type { z } from "zod";
import { nearNames } from "../../core/text/near-names.ts";
import type { UserError } from "../../core/errors/user-error.ts";
import { oneOf, valueProblem } from "../../core/errors/value-problem.ts";
import type { Operation } from "../../operations/operation.ts";
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
  throw field === undefined
    ? usageError(issue.message, name)
    : refusal(field, name, issue, issue.path.reduce<unknown>(inside, values));
}

function inside(value: unknown, step: PropertyKey): unknown {
  return (value as Record<PropertyKey, unknown> | null | undefined)?.[step];
}

type Issue = z.core.$ZodIssue;

function refusal(field: Field, name: string, issue: Issue, value: unknown): UserError {
  if (value === undefined) {
    const word = field.place === "positional" ? "argument" : "option";
    return usageError(`missing required ${word} ${label(field)}`, name, field.description);
  }
  if (field.choices !== undefined) return noChoice(field, name, field.choices, String(value));
  return usageError(`${label(field)}: ${valueProblem(issue, value)}`, name, field.description);
}

/** The choices stand under `expected`, where there is room for many. */
function noChoice(
  field: Field,
  name: string,
  choices: readonly string[],
  value: string,
): UserError {
  const [near] = nearNames(value, choices);
  const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
  return usageError(
    `${label(field)}: "${value}" is not one of its choices${hint}`,
    name,
    oneOf(choices),
  );
}

function toNumber(field: Field, text: string, name: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isNaN(value)) return value;
  throw usageError(`${label(field)}: expected a number, got "${text}"`, name, field.description);
}

function label(field: Field): string {
  return field.place === "positional" ? `<${field.name}>` : `--${field.name}`;
}
