import type { Tool } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { Operation } from "../../operations/operation.ts";

type InputSchema = Tool["inputSchema"];

/** The inputs of an operation that a tool has. */
export function inputKeys({ input, terminalOnly = [] }: Operation): string[] {
  return Object.keys(input.shape).filter((key) => !terminalOnly.includes(key));
}

/** JSON Schema (2020-12) of what an operation takes as a tool; none but these are taken. */
export function inputSchema(operation: Operation): InputSchema {
  const keys = inputKeys(operation);
  const { $schema: _, ...schema } = z.toJSONSchema(operation.input, { io: "input" });
  const properties = Object.fromEntries(
    keys.map((key) => [key, withoutNoise(schema.properties?.[key])]),
  );
  return { ...schema, properties, additionalProperties: false } as InputSchema;
}

/** Without what tells an agent nothing: the bounds of a double, and the default of a switch or a list. */
function withoutNoise(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  const kept = Object.entries(schema).filter(
    ([key, value]) =>
      !(key === "maximum" && value === Number.MAX_SAFE_INTEGER) &&
      !(key === "minimum" && value === Number.MIN_SAFE_INTEGER) &&
      !(key === "default" && (value === false || (Array.isArray(value) && value.length === 0))),
  );
  return Object.fromEntries(kept);
}
