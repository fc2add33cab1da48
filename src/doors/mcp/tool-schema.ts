import type { Tool } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { Operation } from "../../operations/operation.ts";

type InputSchema = Tool["inputSchema"];
type OutputSchema = NonNullable<Tool["outputSchema"]>;

/** The inputs of an operation that a tool has. */
export function inputKeys({ input, terminalOnly = [] }: Operation): string[] {
  return Object.keys(input.shape).filter((key) => !terminalOnly.includes(key));
}

/** JSON Schema (2020-12) of a tool's arguments; none but these are taken. */
export function inputSchema(operation: Operation): InputSchema {
  const keys = inputKeys(operation);
  const { $schema: _, ...schema } = z.toJSONSchema(operation.input, { io: "input" });
  const properties = Object.fromEntries(
    keys.map((key) => [key, trimInteger(schema.properties?.[key])]),
  );
  return { ...schema, properties, additionalProperties: false } as InputSchema;
}

/** Zod bounds every integer by what a double can hold, which tells an agent nothing. */
function trimInteger(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  const kept = Object.entries(schema).filter(
    ([key, value]) =>
      !(key === "maximum" && value === Number.MAX_SAFE_INTEGER) &&
      !(key === "minimum" && value === Number.MIN_SAFE_INTEGER),
  );
  return Object.fromEntries(kept);
}

/** The `structuredContent` of a call that failed; beside these `at` (file, line, column), `expected` and `exitCode`. */
export const failureSchema = z.object({
  error: z.looseObject({
    code: z.string(),
    message: z.string(),
    next: z
      .unknown()
      .describe("A sentence, or { operation, input, why }; null where there is none"),
  }),
});

/**
 * JSON Schema of a tool's `structuredContent`: what the operation gives, or a failure. Open at the top, so that a later
 * version may say more, and `text` may hold what a terminal would have been sent piece by piece.
 */
export function outputSchema(operation: Operation): OutputSchema {
  const { $schema: _output, ...output } = z.toJSONSchema(operation.output, {
    io: "output",
    reused: "ref",
  });
  const { $schema: _failure, ...failure } = z.toJSONSchema(failureSchema);
  const { $defs, ...root } = output;
  const cases = root.oneOf ?? root.anyOf ?? [root];
  const anyOf = [...cases.map(open), failure];
  return { type: "object", anyOf, ...($defs === undefined ? {} : { $defs }) } as OutputSchema;
}

function open(schema: object): object {
  const { additionalProperties: _, ...rest } = schema as Record<string, unknown>;
  return rest;
}
