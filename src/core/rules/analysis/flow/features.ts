import { type Call, calledName } from "../python-tree.ts";
import { deep } from "./joining.ts";
import { type Machine, report } from "./machine.ts";
import type { Frame, Value } from "./values.ts";

export function isFeatureMaker(name: string): boolean {
  return /^_?engineer_\w*features?$/.test(name);
}

/** A statistic over the rows that engineer_features is given; over another table it is none. */
export function checkRowStatistic(machine: Machine, of: Value, call: Call, what?: string): void {
  const maker = machine.frames.find(({ name }) => isFeatureMaker(name));
  if (maker === undefined || !holdsItsRows(maker, of)) return;
  const named = what ?? `${calledName(call)}()`;
  report(machine, { kind: "row-statistic", file: machine.place, at: call, what: named });
}

function holdsItsRows({ first }: Frame, of: Value): boolean {
  if (of.shape.kind === "table" && first?.shape.kind === "table")
    return of.shape.table.origin === first.shape.table.origin;
  return deep(of).rows !== 0 || (first?.rows ?? 0) === 0;
}
