import type { PyNode } from "../python-tree.ts";
import { bind } from "./bind.ts";
import { elementOf, mixed } from "./joining.ts";
import { lookUp, type Machine, setName } from "./machine.ts";
import { checkOof } from "./scores.ts";
import { picksOf } from "./table.ts";
import { items, joinTraces, type Scope, unknown, type Value } from "./values.ts";

export function added(
  machine: Machine,
  node: Extract<PyNode, { nodeType: "AugAssign" }>,
  scope: Scope,
): void {
  const right = machine.evaluate(node.value, scope);
  const { target } = node;
  if (target.nodeType === "Name") {
    const left = lookUp(scope, target.id) ?? unknown;
    checkOof(machine, target.id, right, node);
    setName(scope, target.id, sum(left, right));
    return;
  }
  if (target.nodeType === "Attribute") {
    const owner = machine.evaluate(target.value, scope);
    if (owner.shape.kind !== "thing") return;
    const { fields } = owner.shape.thing;
    fields.set(target.attr, sum(fields.get(target.attr) ?? unknown, right));
    return;
  }
  bind(machine, target, right, scope, node);
}

function sum(left: Value, right: Value): Value {
  const lists = [left, right].every(
    ({ shape }) => shape.kind === "items" || shape.kind === "many" || shape.kind === "names",
  );
  if (lists) {
    if (left.shape.kind === "names" || right.shape.kind === "names") {
      const picks = [...(picksOf(left) ?? []), ...(picksOf(right) ?? [])];
      return {
        rows: 0,
        traces: joinTraces(left.traces, right.traces),
        shape: { kind: "names", picks, at: undefined },
      };
    }
    const all = [left, right].flatMap((one) =>
      one.shape.kind === "items" ? one.shape.items : [elementOf(one.shape)],
    );
    return { ...items(all), shape: { kind: "items", items: all, loose: true } };
  }
  if (left.shape.kind === "constant" && right.shape.kind === "constant") return unknown;
  const result = mixed([left, right]);
  return left.shape.kind === "series" || right.shape.kind === "series"
    ? { ...result, shape: { kind: "series" } }
    : result;
}
