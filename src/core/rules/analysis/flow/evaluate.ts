import { isTarget } from "../learners.ts";
import { type Comprehension, dotted, identifiers, type PyNode, walk } from "../python-tree.ts";
import { attribute } from "./attributes.ts";
import { bind } from "./bind.ts";
import { evaluateCall } from "./call.ts";
import { changed, mergeExpressions } from "./expressions.ts";
import { elementOf, join, joinAll, mixed } from "./joining.ts";
import { lookUp, type Machine, setName } from "./machine.ts";
import { startFolds } from "./rows.ts";
import { checkScore } from "./scores.ts";
import { subscript } from "./subscript.ts";
import { iterated } from "./iterated.ts";
import { exceptThese } from "./names.ts";
import { namesValue, picksOf } from "./table.ts";
import {
  constant,
  Fit,
  has,
  Held,
  indexOf,
  items,
  type Loop,
  many,
  type OwnFunction,
  pathOf,
  pathValue,
  type Pick,
  plain,
  type Scope,
  series,
  textOf,
  unknown,
  type Value,
  withTraces,
  without,
} from "./values.ts";

/** What an expression stands for: which rows, and what went into it. */
export function evaluate(machine: Machine, node: PyNode, scope: Scope): Value {
  machine.budget -= 1;
  if (machine.budget < 0) return unknown;
  const value = (one: PyNode) => evaluate(machine, one, scope);
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
  if (node.nodeType !== "Starred") return [evaluate(machine, node, scope)];
  const whole = evaluate(machine, node.value, scope);
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

function operation(op: string, left: Value, right: Value): Value {
  if (left.shape.kind === "expression" || right.shape.kind === "expression")
    return mergeExpressions([left, op === "Sub" ? subtracted(right) : right]);
  const [one, other] = [pathOf(left), pathOf(right)];
  if (op === "Div" && (one !== undefined || other !== undefined)) {
    if (left.rows === 0 && right.rows === 0) return pathValue(`${one ?? ""}/${other ?? ""}`);
  }
  if (op === "Add") {
    if (one !== undefined && other !== undefined)
      return textOf(left) !== undefined && textOf(right) !== undefined
        ? constant(one + other)
        : pathValue(one + other);
    const names = addedNames(left, right);
    if (names !== undefined) return names;
    if (left.shape.kind === "items" && right.shape.kind === "items")
      return items([...left.shape.items, ...right.shape.items]);
    if (isList(left) && isList(right)) {
      const all = [...listed(left), ...listed(right)];
      return { rows: 0, traces: [], shape: { kind: "items", items: all, loose: true } };
    }
  }
  if (op === "Mult" && isList(left) && right.rows === 0) return many(elementOf(left.shape));
  if (op === "Sub" && left.shape.kind === "names") {
    const dropped = picksOf(right);
    return namesValue(
      left.shape.picks.map((pick) => exceptThese(pick, dropped)),
      left.shape.at,
    );
  }
  if (op === "BitAnd" || op === "BitOr") {
    if (left.shape.kind === "index") return left;
    if (right.shape.kind === "index") return right;
  }
  const isSeries = [left, right].some(
    ({ shape }) => shape.kind === "series" || shape.kind === "table",
  );
  // A group's sum without the row's own target.
  const others = op === "Sub" && isStatistic(left) && has(right.traces, "target");
  const result = others
    ? mixed([without(left, "target"), without(right, "target")])
    : mixed([left, right]);
  return isSeries && result.shape.kind === "any" ? series(result.rows, result.traces) : result;
}

function isStatistic({ traces }: Value): boolean {
  return has(traces, "part-statistic") || has(traces, "target-statistic");
}

function subtracted(value: Value): Value {
  return changed(value, (read) => ({ ...read, less: true }));
}

function isList({ shape }: Value): boolean {
  return shape.kind === "items" || shape.kind === "many";
}

function listed({ shape }: Value): Value[] {
  return shape.kind === "items" ? shape.items : [elementOf(shape)];
}

function addedNames(left: Value, right: Value): Value | undefined {
  if (left.shape.kind !== "names" && right.shape.kind !== "names") {
    const texts = [left, right].every(
      (one) => isList(one) && listed(one).some((text) => textOf(text) !== undefined),
    );
    if (!texts || left.shape.kind === right.shape.kind) return undefined;
  }
  const picks = [picksOf(left), picksOf(right)];
  if (picks[0] === undefined || picks[1] === undefined) return undefined;
  return namesValue([...picks[0], ...picks[1]], undefined, [...left.traces, ...right.traces]);
}

function negated(op: string, value: Value): Value {
  if (value.shape.kind !== "index" || (op !== "Invert" && op !== "Not")) return value;
  if (value.rows === Fit) return { ...value, rows: Held };
  return value.rows === Held ? { ...value, rows: Fit } : value;
}

/** Of `a and b`: a mask where one is, else something of all. */
function together(values: readonly Value[]): Value {
  return joinAll(values);
}

/** `folds != k` is a mask of the rows to train on, `folds == k` of those held out. */
function comparison(
  machine: Machine,
  node: Extract<PyNode, { nodeType: "Compare" }>,
  scope: Scope,
): Value {
  const sides = [node.left, ...node.comparators];
  const values = sides.map((one) => evaluate(machine, one, scope));
  if (values.some(({ shape }) => shape.kind === "expression")) return mergeExpressions(values);
  const op = node.ops[0]?.nodeType;
  if (values.length === 2 && (op === "Eq" || op === "NotEq")) {
    const folds = values.findIndex((one, at) => isFoldNumbers(one, sides[at]!));
    const other = values[1 - folds];
    if (folds !== -1 && other!.shape.kind !== "constant") {
      markLoop(machine, sides[1 - folds]!);
      if (op === "NotEq") startFolds(machine);
      return indexOf(op === "NotEq" ? Fit : Held);
    }
  }
  const result = mixed(values);
  const rowwise = values.some(({ shape }) => shape.kind === "series" || shape.kind === "table");
  return rowwise && result.shape.kind === "any" ? series(result.rows, result.traces) : result;
}

function isFoldNumbers(value: Value, node: PyNode): boolean {
  if (value.shape.kind === "constant") return false;
  if (has(value.traces, "fold-number")) return true;
  if (value.shape.kind === "index") return false;
  if (node.nodeType === "Subscript")
    return node.slice.nodeType === "Constant" && /fold/i.test(String(node.slice.value));
  if (node.nodeType === "Attribute")
    return /^k?folds?(_id|_no|_of)?$/i.test(node.attr) && value.rows !== 0;
  return node.nodeType === "Name" && /folds?/i.test(node.id) && value.rows !== 0;
}

/** The loop whose number a fold is compared with goes over the folds. */
function markLoop({ loops, frames }: Machine, number: PyNode): void {
  const names = identifiers(number);
  const named = loops.findLast(
    ({ node }) =>
      "target" in node && [...identifiers(node.target as PyNode)].some((id) => names.has(id)),
  );
  const loop = named ?? loops.at(-1);
  if (loop === undefined) return;
  loop.fold = true;
  for (const frame of frames) {
    if (walk(frame.body as PyNode).includes(loop.node)) frame.ranFolds = true;
  }
}

function comprehension(
  machine: Machine,
  node: Extract<PyNode, { nodeType: "ListComp" | "SetComp" | "GeneratorExp" }>,
  scope: Scope,
): Value {
  const [first] = node.generators;
  if (node.generators.length === 1 && first !== undefined) {
    const over = evaluate(machine, first.iter, scope);
    const filteredNames = nameFilter(machine, node, first, over, scope);
    if (filteredNames !== undefined) return filteredNames;
    const { shape } = over;
    if (shape.kind === "items" && shape.items.length <= 8 && first.ifs.length === 0) {
      const each = shape.items.map((item) =>
        inLoop(
          machine,
          node,
          () => {
            const inner: Scope = { names: new Map(), parent: scope, file: scope.file };
            bind(machine, first.target, item, inner, node);
            return evaluate(machine, node.elt, inner);
          },
          false,
        ),
      );
      return { ...items(each), traces: over.traces };
    }
  }
  const inner: Scope = { names: new Map(), parent: scope, file: scope.file };
  return many(
    inLoop(
      machine,
      node,
      () => {
        const traces = bindGenerators(machine, node.generators, inner);
        return withTraces(evaluate(machine, node.elt, inner), traces);
      },
      node.generators.some(({ target }) => [...identifiers(target)].some((id) => /fold/i.test(id))),
    ),
  );
}

function inLoop(machine: Machine, node: PyNode, run: () => Value, fold: boolean): Value {
  const loop: Loop = { node, fold };
  machine.loops.push(loop);
  const result = run();
  machine.loops.pop();
  return result;
}

/** Binds the names of comprehensions; gives what the values gone over carry themselves. */
function bindGenerators(
  machine: Machine,
  generators: readonly Comprehension[],
  scope: Scope,
): Value["traces"] {
  let over = unknown;
  for (const { target, iter, ifs } of generators) {
    const from = evaluate(machine, iter, scope);
    if (from.shape.kind !== "index" && from.shape.kind !== "table")
      over = join(over, plain(0, from.traces));
    bind(machine, target, iterated(from), scope, iter);
    for (const one of ifs) evaluate(machine, one, scope);
  }
  return over.traces;
}

function dictComprehension(
  machine: Machine,
  node: Extract<PyNode, { nodeType: "DictComp" }>,
  scope: Scope,
): Value {
  const inner: Scope = { names: new Map(), parent: scope, file: scope.file };
  const item = inLoop(
    machine,
    node,
    () => {
      const traces = bindGenerators(machine, node.generators, inner);
      evaluate(machine, node.key, inner);
      return withTraces(evaluate(machine, node.value, inner), traces);
    },
    false,
  );
  return { rows: 0, traces: [], shape: { kind: "dict", entries: new Map(), rest: { item } } };
}

/** `[c for c in df.columns if c not in ("id", "y") and c.startswith("f_")]` */
function nameFilter(
  machine: Machine,
  node: Extract<PyNode, { nodeType: "ListComp" | "SetComp" | "GeneratorExp" }>,
  { target, ifs }: Comprehension,
  over: Value,
  scope: Scope,
): Value | undefined {
  if (target.nodeType !== "Name" || node.elt.nodeType !== "Name" || node.elt.id !== target.id)
    return undefined;
  const from = picksOf(
    over.shape.kind === "table"
      ? namesValue([{ among: over.shape.table, except: [], sure: true }], undefined)
      : over,
  );
  if (from === undefined) return undefined;
  let picks = from;
  for (const test of ifs)
    picks = picks.map((pick) => narrowed(machine, pick, target.id, test, scope));
  return namesValue(picks, node, over.traces);
}

function narrowed(machine: Machine, pick: Pick, name: string, test: PyNode, scope: Scope): Pick {
  if (test.nodeType === "BoolOp" && test.op.nodeType === "And")
    return test.values.reduce((one, part) => narrowed(machine, one, name, part, scope), pick);
  if (test.nodeType === "Compare" && test.left.nodeType === "Name" && test.left.id === name) {
    const other = test.comparators[0]!;
    const op = test.ops[0]?.nodeType;
    if (op === "NotIn" || op === "NotEq") {
      const dropped = picksOf(evaluate(machine, other, scope)) ?? targetPick(machine, other);
      return exceptThese(pick, dropped);
    }
    if (op === "In") {
      const kept = picksOf(evaluate(machine, other, scope))?.[0];
      return kept?.only === undefined
        ? { ...pick, sure: false }
        : { ...pick, ...onlyOf(pick, kept.only) };
    }
  }
  if (test.nodeType === "Call" && dotted(test.func) === `${name}.startswith`) {
    const prefix = textOf(evaluate(machine, test.args[0]!, scope));
    if (prefix !== undefined && pick.prefix === undefined) return { ...pick, prefix };
  }
  return { ...pick, sure: false };
}

function onlyOf(pick: Pick, names: readonly string[]): { only: readonly string[] } {
  return { only: pick.only === undefined ? names : pick.only.filter((one) => names.includes(one)) };
}

/** `config.target` and its like stand for the target, whatever they are called there. */
export function targetPick(machine: Machine, node: PyNode): readonly Pick[] | undefined {
  if (!isTarget(node, machine.targets)) return undefined;
  return [{ only: machine.targets, except: [], sure: true }];
}
