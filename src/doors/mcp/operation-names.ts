import type { Operation } from "../../operations/operation.ts";
import { type OperationName, operations } from "../../operations/table.ts";

export { operations, type OperationName };

export const operationNames = Object.keys(operations) as OperationName[];

/** Every entry is an operation of its own types; behind this door its schemas are what holds them together. */
export async function loadOperation(name: OperationName): Promise<Operation> {
  return (await operations[name].load()) as unknown as Operation;
}
