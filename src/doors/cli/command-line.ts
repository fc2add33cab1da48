import { quote } from "shlex";
import type { OperationCall } from "../../core/errors/next-action.ts";
import type { Operation } from "../../operations/operation.ts";
import { definitionOf } from "../shared/load-operation.ts";
import { type Field, fieldsOf } from "./fields.ts";

/**
 * An operation to call as a line for the shell. What it requires and the call does not know stands there in capitals;
 * without a definition only its help can be named.
 */
export function commandLine(
  { operation: name, input }: OperationCall,
  operation: Operation | undefined,
): string {
  if (operation === undefined) return `crossfold ${name} --help`;
  const words = fieldsOf(operation).flatMap((field) => wordsOf(field, input[field.key]));
  return ["crossfold", name, ...words].join(" ");
}

/** The same, with the definition loaded where that is still possible. */
export async function callLine(call: OperationCall): Promise<string> {
  return commandLine(call, await definitionOf(call.operation));
}

function wordsOf(field: Field, value: unknown): string[] {
  if (value === undefined) return field.required ? placed(field, [capitals(field)]) : [];
  if (JSON.stringify(value) === JSON.stringify(field.preset)) return [];
  if (typeof value === "boolean") return [value ? `--${field.name}` : `--no-${field.name}`];
  const values = Array.isArray(value) ? value : [value];
  return placed(
    field,
    values.map((one) => quote(String(one))),
  );
}

function placed({ place, name }: Field, words: readonly string[]): string[] {
  if (place === "positional") return [...words];
  if (place === "passthrough") return words.length === 0 ? [] : ["--", ...words];
  // A word that begins with a dash would be taken for a flag of its own.
  return words.flatMap((word) => (/^'?-/.test(word) ? [`--${name}=${word}`] : [`--${name}`, word]));
}

function capitals({ name }: Field): string {
  return name.toUpperCase().replaceAll("-", "_");
}
