import { ownModule } from "../experiment-source.ts";
import type { PyNode } from "../python-tree.ts";
import { lookUp, type Machine, setName } from "./machine.ts";
import type { Scope, Value } from "./values.ts";

type Import = Extract<PyNode, { nodeType: "Import" | "ImportFrom" }>;

/** Names of an import: of the experiment's own modules what they define, of others where they come from. */
export function bindModule(machine: Machine, node: Import, scope: Scope): void {
  for (const { name, asname } of node.names) {
    const local = asname ?? (node.nodeType === "Import" ? name.split(".")[0]! : name);
    const origin = machine.place.imports.get(local) ?? name;
    setName(scope, local, imported(machine, origin));
  }
}

function imported(machine: Machine, origin: string): Value {
  const library: Value = { rows: 0, traces: [], shape: { kind: "library", name: origin } };
  if (/(^|\.)inference$/.test(origin)) return library;
  const whole = ownModule(machine.source, origin);
  if (whole !== undefined)
    return { rows: 0, traces: [], shape: { kind: "module", scope: machine.load(whole) } };
  const dot = origin.lastIndexOf(".");
  if (dot === -1) return library;
  const parent = origin.slice(0, dot);
  const owner = /(^|\.)inference$/.test(parent) ? undefined : ownModule(machine.source, parent);
  if (owner === undefined) return library;
  return lookUp(machine.load(owner), origin.slice(dot + 1)) ?? library;
}
