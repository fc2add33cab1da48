import type { OperationCall } from "../../core/errors/next-action.ts";
import type { Operation } from "../../operations/operation.ts";
import {
  isOperationName,
  isRare,
  type OperationName,
  operationNames,
} from "../../operations/table.ts";
import { moreTool } from "./more-tool.ts";
import { inputKeys } from "./tool-schema.ts";

/** `plan add` is the tool `plan_add`. */
export function toolName(name: string): string {
  return name.replaceAll(/[ -]/g, "_");
}

export function operationOf(tool: string): OperationName | undefined {
  return operationNames.find((name) => toolName(name) === tool);
}

/** An operation to call as a tool call, `train {"experiment":"exp001"}`; what is required and not known is `<name>`. */
export function toolCall(
  { operation: name, input }: OperationCall,
  operation: Operation | undefined,
): string {
  if (operation === undefined) return toolName(name);
  const given = inputKeys(operation).flatMap((key) => {
    const required = !operation.input.shape[key]!.safeParse(undefined).success;
    const value = input[key] ?? (required ? `<${key}>` : undefined);
    return value === undefined ? [] : [[key, value] as const];
  });
  const taken = Object.fromEntries(given);
  if (isOperationName(name) && isRare(name))
    return `${moreTool} ${JSON.stringify({ command: name, input: taken })}`;
  return `${toolName(name)} ${JSON.stringify(taken)}`;
}
