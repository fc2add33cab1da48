import { type PyNode, walk } from "../python-tree.ts";
import { checkEpoch } from "./epochs.ts";
import { joinAll } from "./joining.ts";
import { lookUp, type Machine, setName } from "./machine.ts";
import { scoresOof } from "./scores.ts";
import { type Scope, type Trace, type Value, withTraces } from "./values.ts";

export function branch(
  machine: Machine,
  node: Extract<PyNode, { nodeType: "If" }>,
  scope: Scope,
): boolean {
  const test = machine.evaluate(node.test, scope);
  checkEpoch(machine, node, test);
  const loopNow = machine.loops.findLast(({ fold }) => !fold);
  const nearest = machine.loops.at(-1);
  const oof =
    loopNow !== undefined && loopNow === nearest ? scoresOof(machine, test, loopNow) : undefined;
  const chosen: Trace | undefined =
    oof === undefined || !isComparison(node.test)
      ? undefined
      : { kind: "chosen", file: machine.place, at: node };
  const outcome = alternatives(machine, scope, [node.body, node.orelse]);
  if (chosen !== undefined) {
    for (const name of assigned(node.body)) {
      const value = lookUp(scope, name);
      if (value !== undefined) setName(scope, name, withTraces(value, [chosen]));
    }
  }
  return outcome;
}

function isComparison(node: PyNode): boolean {
  return walk(node).some((one) => one.nodeType === "Compare");
}

function assigned(body: readonly PyNode[]): Set<string> {
  const names = new Set<string>();
  for (const node of body.flatMap((one) => walk(one))) {
    if (node.nodeType !== "Assign") continue;
    for (const target of node.targets) {
      if (target.nodeType === "Name") names.add(target.id);
      if (target.nodeType === "Tuple")
        for (const one of target.elts) if (one.nodeType === "Name") names.add(one.id);
    }
  }
  return names;
}

/** Ways that the code may take from one place; what comes after sees all of them that come there. */
export function alternatives(
  machine: Machine,
  scope: Scope,
  bodies: readonly (readonly PyNode[])[],
): boolean {
  const before = scope.names;
  const ends: Map<string, Value>[] = [];
  for (const body of bodies) {
    scope.names = new Map(before);
    if (!machine.execute(body, scope)) ends.push(scope.names);
  }
  scope.names = ends.length === 0 ? before : ends.length === 1 ? ends[0]! : joinNames(before, ends);
  return ends.length === 0;
}

function joinNames(
  before: Map<string, Value>,
  ends: readonly Map<string, Value>[],
): Map<string, Value> {
  const joined = new Map<string, Value>();
  for (const names of ends) {
    for (const [name, value] of names) {
      if (joined.has(name)) continue;
      const values = ends.flatMap((one) => one.get(name) ?? []);
      joined.set(name, values.every((one) => one === value) ? value : joinAll(values));
    }
  }
  return joined.size === 0 ? before : joined;
}

export function attempt(
  machine: Machine,
  node: Extract<PyNode, { nodeType: "Try" }>,
  scope: Scope,
): boolean {
  const handlers = node.handlers.map(({ body }) => body);
  const left = machine.execute([...node.body, ...node.orelse], scope);
  const handled = handlers.length === 0 ? left : alternatives(machine, scope, [[], ...handlers]);
  const last = machine.execute(node.finalbody, scope);
  return last || (left && (handlers.length === 0 || handled));
}
