import type { PyNode } from "../python-tree.ts";
import { type Machine, setName } from "./machine.ts";
import { dropColumns, picksOf } from "./table.ts";
import type { OwnClass, Scope } from "./values.ts";

export function defineClass(
  machine: Machine,
  node: Extract<PyNode, { nodeType: "ClassDef" }>,
  scope: Scope,
): void {
  const bases = node.bases.flatMap((one) => {
    const { shape } = machine.evaluate(one, scope);
    return shape.kind === "class" ? [shape.own] : [];
  });
  const inner: Scope = { names: new Map(), parent: scope, file: scope.file };
  const own: OwnClass = { node, file: machine.place, scope, names: inner.names, bases };
  machine.execute(node.body, inner);
  own.names = inner.names;
  // Functions of a class do not see its names as variables.
  for (const value of own.names.values())
    if (value.shape.kind === "function" && value.shape.own.scope === inner)
      value.shape.own.scope = scope;
  setName(scope, node.name, { rows: 0, traces: [], shape: { kind: "class", own } });
}

export function remove(machine: Machine, target: PyNode, scope: Scope, at: PyNode): void {
  if (target.nodeType === "Tuple") for (const one of target.elts) remove(machine, one, scope, at);
  if (target.nodeType !== "Subscript") return;
  const of = machine.evaluate(target.value, scope);
  if (of.shape.kind !== "table") return;
  const dropped = dropColumns(of, picksOf(machine.evaluate(target.slice, scope)), at);
  if (dropped.shape.kind === "table") of.shape.table.columns = dropped.shape.table.columns;
}
