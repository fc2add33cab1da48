import type { Tool } from "@modelcontextprotocol/server";
import {
  loadOperation,
  type OperationName,
  operationNames,
  operations,
} from "./operation-names.ts";
import type { Operation } from "../../operations/operation.ts";
import { inputSchema, outputSchema } from "./tool-schema.ts";
import { whenToUse } from "./when-to-use.ts";

/** Operations that change nothing more when they are called once more with the same input. */
const repeatable = new Set<OperationName>([
  "init",
  "skill",
  "split",
  "check",
  "fmt",
  "stop",
  "wait",
  "record",
]);

/** Every operation of the table as a tool, in the table's order. */
export async function listTools(): Promise<Tool[]> {
  return Promise.all(
    operationNames.map(async (name) => describeTool(name, await loadOperation(name))),
  );
}

/** `plan add` is the tool `plan_add`. */
export function toolName(name: OperationName): string {
  return name.replaceAll(/[ -]/g, "_");
}

export function operationOf(tool: string): OperationName | undefined {
  return operationNames.find((name) => toolName(name) === tool);
}

function describeTool(name: OperationName, operation: Operation): Tool {
  const { effect, description } = operation;
  const reads = effect === "read";
  return {
    name: toolName(name),
    title: operations[name].summary,
    description: `${description} ${whenToUse(name)}`,
    inputSchema: inputSchema(name, operation),
    outputSchema: outputSchema(operation),
    annotations: {
      readOnlyHint: reads,
      destructiveHint: effect === "destroy",
      idempotentHint: reads || repeatable.has(name),
    },
  };
}
