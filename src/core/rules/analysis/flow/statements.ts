import type { PyNode } from "../python-tree.ts";
import { added } from "./adding.ts";
import { bind } from "./bind.ts";
import { alternatives, attempt, branch } from "./branches.ts";
import { defineClass, remove } from "./definitions.ts";
import { inLoop, loop } from "./loops.ts";
import { type Machine, setName } from "./machine.ts";
import { bindModule } from "./modules.ts";
import { All, partOfRows, type Scope, Some, unknown, type Value } from "./values.ts";

/** Follows statements in order; gives whether they surely leave the function or the loop. */
export function execute(machine: Machine, body: readonly PyNode[], scope: Scope): boolean {
  for (const node of body) {
    if (machine.budget < 0) return false;
    if (statement(machine, node, scope)) return true;
  }
  return false;
}

function statement(machine: Machine, node: PyNode, scope: Scope): boolean {
  const value = (one: PyNode) => machine.evaluate(one, scope);
  switch (node.nodeType) {
    case "Expr":
      value(node.value);
      return false;
    case "Assign": {
      const found = value(node.value);
      for (const target of node.targets)
        bind(machine, target, cleaned(node.value, target, found), scope, node);
      return false;
    }
    case "AnnAssign":
      if (node.value) bind(machine, node.target, value(node.value), scope, node);
      return false;
    case "AugAssign":
      added(machine, node, scope);
      return false;
    case "Return":
      machine.results.returned.push(node.value ? value(node.value) : unknown);
      return true;
    case "Raise":
    case "Break":
    case "Continue":
      return true;
    case "If":
      return branch(machine, node, scope);
    case "For":
      loop(machine, node, scope);
      return false;
    case "While":
      value(node.test);
      inLoop(machine, { node, fold: false }, () => {
        execute(machine, node.body, scope);
      });
      return execute(machine, node.orelse, scope) && false;
    case "With":
      for (const { context_expr, optional_vars } of node.items) {
        const found = value(context_expr);
        if (optional_vars !== undefined) bind(machine, optional_vars, found, scope, node);
      }
      return execute(machine, node.body, scope);
    case "Try":
      return attempt(machine, node, scope);
    case "Match": {
      value(node.subject);
      alternatives(machine, scope, [...node.cases.map(({ body }) => body), []]);
      return false;
    }
    case "FunctionDef":
      setName(scope, node.name, {
        rows: 0,
        traces: [],
        shape: { kind: "function", own: { node, file: machine.place, scope } },
      });
      return false;
    case "ClassDef":
      defineClass(machine, node, scope);
      return false;
    case "Import":
    case "ImportFrom":
      bindModule(machine, node, scope);
      return false;
    case "Global":
    case "Nonlocal":
      scope.globals ??= new Set();
      for (const name of node.names) scope.globals.add(name);
      return false;
    case "Delete":
      for (const target of node.targets) remove(machine, target, scope, node);
      return false;
    default:
      return other(machine, node, scope);
  }
}

/** `async` forms are followed like the others. */
function other(machine: Machine, node: PyNode, scope: Scope): boolean {
  const kind = node.nodeType as string;
  if (!/^Async(FunctionDef|With|For)$|^TryStar$/.test(kind)) return false;
  const plainKind = kind.replace(/^Async|Star$/g, "");
  return statement(machine, { ...node, nodeType: plainKind } as PyNode, scope);
}

/** `df = df[df.age > 0]`: what is kept under the same name stands for all rows from there on. */
function cleaned(from: PyNode, target: PyNode, value: Value): Value {
  if ((value.rows & Some) === 0 || target.nodeType !== "Name") return value;
  if (rootName(from) !== target.id) return value;
  return { ...value, rows: partOfRows(value.rows, All) };
}

function rootName(node: PyNode): string | undefined {
  if (node.nodeType === "Name") return node.id;
  if (node.nodeType === "Subscript" || node.nodeType === "Attribute") return rootName(node.value);
  return node.nodeType === "Call" ? rootName(node.func) : undefined;
}
