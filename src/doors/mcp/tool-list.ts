import type { Tool } from "@modelcontextprotocol/server";
import type { Operation } from "../../operations/operation.ts";
import { isRare, type OperationName, operationNames, operations } from "../../operations/table.ts";
import { loadOperation } from "../shared/load-operation.ts";
import { describeMore } from "./more-tool.ts";
import { structuredKey } from "./tool-input.ts";
import { toolName } from "./tool-name.ts";
import { inputSchema } from "./tool-schema.ts";

/** Every operation of daily work as a tool, in the table's order, and one tool for the rest. */
export async function listTools(): Promise<Tool[]> {
  const daily = operationNames.filter((name) => !isRare(name));
  const tools = daily.map(async (name) => describeTool(name, await loadOperation(name)));
  return [...(await Promise.all(tools)), describeMore()];
}

/** As short as it can be: a client puts the list before every conversation. The manual is with the tool `more`. */
function describeTool(name: OperationName, operation: Operation): Tool {
  const schema = inputSchema(operation);
  return {
    name: toolName(name),
    description: `${operations[name].summary}. ${operation.whenToUse}`,
    inputSchema: {
      ...schema,
      properties: { ...schema.properties, [structuredKey]: { type: "boolean" } },
    },
    annotations: hints(operation),
  };
}

/** What the protocol assumes of a tool that says nothing: that it writes, and may destroy. */
function hints({ effect, idempotent }: Operation): NonNullable<Tool["annotations"]> {
  if (effect === "read") return { readOnlyHint: true };
  return {
    ...(effect === "write" ? { destructiveHint: false } : {}),
    ...(idempotent ? { idempotentHint: true } : {}),
  };
}
