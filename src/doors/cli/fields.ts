import { z } from "zod";
import type { Completion, Operation } from "../../operations/operation.ts";

type FieldKind = "boolean" | "number" | "text";

/** One key of an operation's input as the command line sees it. */
export interface Field {
  key: string;
  /** The key in kebab-case; the flag is `--<name>`. */
  name: string;
  kind: FieldKind;
  /** Takes many values: a flag that may be repeated, or the last positional. */
  many: boolean;
  required: boolean;
  /** What holds when nothing is given; undefined where nothing does. */
  preset: unknown;
  choices: readonly string[] | undefined;
  description: string;
  short: string | undefined;
  completion: Completion | undefined;
  place: "flag" | "positional" | "passthrough";
}

/** The fields of an operation's input: positionals in their order, then flags, then what takes the rest after `--`. */
export function fieldsOf(operation: Operation): Field[] {
  const shape = operation.input.shape;
  const positionals = operation.positionals ?? [];
  const flags = Object.keys(shape).filter(
    (key) => !positionals.includes(key) && key !== operation.passthrough,
  );
  const last = operation.passthrough === undefined ? [] : [operation.passthrough];
  return [...positionals, ...flags, ...last].map((key) =>
    fieldOf(operation, key, shape[key] as z.ZodType),
  );
}

function fieldOf(operation: Operation, key: string, schema: z.ZodType): Field {
  const { inner, ...wrapping } = unwrap(schema);
  const many = inner instanceof z.ZodArray;
  const value = many ? unwrap(inner.element as z.ZodType) : { inner, description: undefined };
  const isPositional = operation.positionals?.includes(key) ?? false;
  return {
    key,
    name: kebab(key),
    kind: kindOf(value.inner, key),
    many,
    required: wrapping.required,
    preset: wrapping.preset,
    choices: choicesOf(value.inner),
    description: wrapping.description ?? value.description ?? "",
    short: operation.short?.[key],
    completion: operation.completions?.[key],
    place: key === operation.passthrough ? "passthrough" : isPositional ? "positional" : "flag",
  };
}

interface Unwrapped {
  inner: z.ZodType;
  required: boolean;
  preset: unknown;
  description: string | undefined;
}

/** Takes off optional, default, nullable and transforms, remembering what they said. */
function unwrap(schema: z.ZodType): Unwrapped {
  const found: Unwrapped = {
    inner: schema,
    required: true,
    preset: undefined,
    description: undefined,
  };
  for (let inner: z.ZodType | undefined = schema; inner !== undefined; inner = below(inner)) {
    found.inner = inner;
    found.description ??= z.globalRegistry.get(inner)?.description;
    if (inner instanceof z.ZodOptional) found.required = false;
    if (inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) {
      found.required = false;
      found.preset ??= inner.def.defaultValue;
    }
  }
  return found;
}

function below(schema: z.ZodType): z.ZodType | undefined {
  if (schema instanceof z.ZodPipe) {
    return (schema.def.in instanceof z.ZodTransform ? schema.def.out : schema.def.in) as z.ZodType;
  }
  const wraps =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly;
  return wraps ? (schema.def.innerType as z.ZodType) : undefined;
}

const kinds: Record<string, FieldKind> = {
  boolean: "boolean",
  number: "number",
  int: "number",
  string: "text",
  enum: "text",
  literal: "text",
  union: "text",
};

function kindOf(schema: z.ZodType, key: string): FieldKind {
  const kind = kinds[schema.def.type];
  if (kind !== undefined) return kind;
  throw new Error(`input key ${key} is of a type that has no flag: ${schema.def.type}`);
}

function choicesOf(schema: z.ZodType): readonly string[] | undefined {
  if (schema instanceof z.ZodEnum) return schema.options.map(String);
  return schema instanceof z.ZodLiteral ? [...schema.values].map(String) : undefined;
}

function kebab(key: string): string {
  return key.replaceAll("_", "-").replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
