import type { Operation } from "../../operations/operation.ts";
import {
  isOperationName,
  type OperationName,
  type OperationOf,
  operations,
} from "../../operations/table.ts";

/** An operation by its name, with the types of its own schemas. */
export async function loadOperation<Name extends OperationName>(
  name: Name,
): Promise<OperationOf<Name>> {
  return operations[name].load() as Promise<OperationOf<Name>>;
}

/** The operation that a next action names; undefined where an upgrade has taken the program's files away meanwhile. */
export async function definitionOf(name: string): Promise<Operation | undefined> {
  return isOperationName(name) ? loadOperation(name).catch(() => undefined) : undefined;
}
