import type { Tool } from "@modelcontextprotocol/server";
import type { Operation } from "../../operations/operation.ts";
import { type OperationName, operationNames, operations } from "../../operations/table.ts";
import { loadOperation } from "../shared/load-operation.ts";
import { toolName } from "./tool-name.ts";
import { inputSchema, outputSchema } from "./tool-schema.ts";

/** Every operation of the table as a tool, in the table's order. */
export async function listTools(): Promise<Tool[]> {
  return Promise.all(
    operationNames.map(async (name) => describeTool(name, await loadOperation(name))),
  );
}

function describeTool(name: OperationName, operation: Operation): Tool {
  const { effect, description, whenToUse, idempotent = false } = operation;
  const reads = effect === "read";
  return {
    name: toolName(name),
    title: operations[name].summary,
    description: `${description} ${whenToUse}`,
    inputSchema: inputSchema(operation),
    outputSchema: outputSchema(operation),
    annotations: {
      readOnlyHint: reads,
      destructiveHint: effect === "destroy",
      idempotentHint: reads || idempotent,
    },
  };
}
