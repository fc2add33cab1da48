import type { PyNode } from "../python-tree.ts";
import { attribute } from "./attributes.ts";
import { bind } from "./bind.ts";
import { evaluateCall } from "./call.ts";
import { comprehension, dictComprehension } from "./comprehensions.ts";
import { elementOf, join } from "./joining.ts";
import { lookUp, type Machine } from "./machine.ts";
import { comparison, negated, operation, together } from "./operators.ts";
import { checkScore } from "./scores.ts";
import { subscript } from "./subscript.ts";
import {
  constant,
  items,
  type OwnFunction,
  pathOf,
  pathValue,
  type Scope,
  textOf,
  unknown,
  type Value,
  withTraces,
} from "./values.ts";

/** What an expression stands for: which rows, and what went into it. */
export function evaluate(machine: Machine, node: PyNode, scope: Scope): Value {
  machine.budget -= 1;
  if (machine.budget < 0) return unknown;
  const value = (one: PyNode) => machine.evaluate(one, scope);
  switch (node.nodeType) {
    case "Constant":
      return constant(node.value);
    case "Name":
      return nameValue(node.id, scope);
    case "Attribute":
      return attribute(machine, value(node.value), node, scope);
    case "Subscript":
      return subscript(machine, node, scope);
    case "Call":
      return evaluateCall(machine, node, scope);
    case "Tuple":
    case "List":
    case "Set":
      return items(node.elts.flatMap((one) => spread(machine, one, scope)));
    case "Dict":
      return dictValue(machine, node, scope);
    case "BinOp":
      return operation(node.op.nodeType, value(node.left), value(node.right));
    case "UnaryOp":
      return negated(node.op.nodeType, value(node.operand));
    case "BoolOp":
      return together(node.values.map(value));
    case "Compare":
      return comparison(machine, node, scope);
    case "IfExp":
      value(node.test);
      return join(value(node.body), value(node.orelse));
    case "NamedExpr": {
      const found = value(node.value);
      bind(machine, node.target, found, scope, node);
      return found;
    }
    case "Lambda":
      return {
        rows: 0,
        traces: [],
        shape: { kind: "function", own: ownLambda(machine, node, scope) },
      };
    case "JoinedStr":
      return textWithHoles(node.values.map(value));
    case "FormattedValue":
    case "Starred":
    case "Await":
      return value(node.value);
    case "ListComp":
    case "SetComp":
    case "GeneratorExp":
      return comprehension(machine, node, scope);
    case "DictComp":
      return dictComprehension(machine, node, scope);
    case "Yield": {
      const found = node.value === undefined ? unknown : value(node.value);
      machine.results.yielded.push(found);
      return unknown;
    }
    case "YieldFrom":
      machine.results.yielded.push(elementOf(value(node.value).shape));
      return unknown;
    case "Slice":
      return unknown;
    default:
      return unknown;
  }
}

function ownLambda(
  machine: Machine,
  node: Extract<PyNode, { nodeType: "Lambda" }>,
  scope: Scope,
): OwnFunction {
  return { node, file: machine.place, scope };
}

function nameValue(id: string, scope: Scope): Value {
  const found = lookUp(scope, id);
  if (found !== undefined) return found;
  const origin = scope.file.imports.get(id);
  if (origin !== undefined)
    return { rows: 0, traces: [], shape: { kind: "library", name: origin } };
  // A class that a star brought in.
  return builtins.test(id) || /^[A-Z][a-z]\w*[A-Z]?/.test(id)
    ? { rows: 0, traces: [], shape: { kind: "library", name: id } }
    : unknown;
}

const builtins =
  /^(len|range|list|tuple|set|sorted|reversed|enumerate|zip|map|filter|dict|max|min|sum|abs|round|float|int|str|bool|print|next|iter|open|vars|isinstance|getattr|any|all|type|super)$/;

function spread(machine: Machine, node: PyNode, scope: Scope): Value[] {
  if (node.nodeType !== "Starred") return [machine.evaluate(node, scope)];
  const whole = machine.evaluate(node.value, scope);
  const { shape } = whole;
  if (shape.kind === "items" && !shape.loose) return shape.items;
  return [shape.kind === "names" ? whole : withTraces(elementOf(shape), whole.traces)];
}

function textWithHoles(parts: readonly Value[]): Value {
  const known = parts.map(pathOf);
  if (parts.every((part) => textOf(part) !== undefined)) return constant(known.join(""));
  return pathValue(known.map((one) => one ?? "{}").join(""));
}

function dictValue(
  machine: Machine,
  node: Extract<PyNode, { nodeType: "Dict" }>,
  scope: Scope,
): Value {
  const entries = new Map<string, Value>();
  const rest = { item: unknown };
  for (const [at, one] of node.values.entries()) {
    const found = evaluate(machine, one, scope);
    const keyNode = node.keys[at];
    if (keyNode === null || keyNode === undefined) {
      if (found.shape.kind === "dict")
        for (const [key, inner] of found.shape.entries) entries.set(key, inner);
      else rest.item = join(rest.item, found);
      continue;
    }
    const key = textOf(evaluate(machine, keyNode, scope));
    if (key === undefined) rest.item = join(rest.item, found);
    else {
      entries.set(key, found);
      checkScore(machine, key, found, one);
    }
  }
  return { rows: 0, traces: [], shape: { kind: "dict", entries, rest } };
}
