import { type PyNode, walk } from "../python-tree.ts";
import { bind } from "./bind.ts";
import { checkEpoch } from "./epochs.ts";
import { iterated } from "./iterated.ts";
import { deep, elementOf, joinAll, mixed } from "./joining.ts";
import { lookUp, type Machine, setName } from "./machine.ts";
import { bindModule } from "./modules.ts";
import { startFolds } from "./rows.ts";
import { checkOof, scoresOof } from "./scores.ts";
import { dropColumns, picksOf } from "./table.ts";
import {
  All,
  Fit,
  Held,
  indexOf,
  items,
  joinTraces,
  type Loop,
  type OwnClass,
  partOfRows,
  type Scope,
  Some,
  type Trace,
  unknown,
  type Value,
  withTraces,
} from "./values.ts";

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

function added(
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

function branch(
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
function alternatives(
  machine: Machine,
  scope: Scope,
  bodies: readonly (readonly PyNode[])[],
): boolean {
  const before = scope.names;
  const ends: Map<string, Value>[] = [];
  for (const body of bodies) {
    scope.names = new Map(before);
    if (!execute(machine, body, scope)) ends.push(scope.names);
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

function attempt(
  machine: Machine,
  node: Extract<PyNode, { nodeType: "Try" }>,
  scope: Scope,
): boolean {
  const handlers = node.handlers.map(({ body }) => body);
  const left = execute(machine, [...node.body, ...node.orelse], scope);
  const handled = handlers.length === 0 ? left : alternatives(machine, scope, [[], ...handlers]);
  const last = execute(machine, node.finalbody, scope);
  return last || (left && (handlers.length === 0 || handled));
}

function loop(machine: Machine, node: Extract<PyNode, { nodeType: "For" }>, scope: Scope): void {
  const over = machine.evaluate(node.iter, scope);
  const item = foldParts(node.target, iterated(over));
  const fold = isFoldItem(item);
  const one: Loop = { node, fold };
  if (fold && worksIn(node)) startFolds(machine);
  if (
    !fold &&
    over.shape.kind === "items" &&
    over.shape.items.length <= 6 &&
    over.shape.loose !== true
  ) {
    for (const each of over.shape.items) {
      inLoop(machine, one, () => {
        bind(machine, node.target, each, scope, node);
        execute(machine, node.body, scope);
      });
    }
  } else {
    inLoop(machine, one, () => {
      bind(machine, node.target, item, scope, node);
      execute(machine, node.body, scope);
      if (stacksRows(node)) execute(machine, node.body, scope);
    });
  }
  execute(machine, node.orelse, scope);
}

/** A second round sees the rows that the first one has put in. */
function stacksRows(node: Extract<PyNode, { nodeType: "For" }>): boolean {
  return node.body.some(
    (one) =>
      one.nodeType === "Assign" &&
      walk(one.value).some(
        (inner) =>
          inner.nodeType === "Call" &&
          inner.func.nodeType === "Attribute" &&
          /^(concat|vstack|concatenate)$/.test(inner.func.attr),
      ),
  );
}

function inLoop(machine: Machine, one: Loop, run: () => void): void {
  machine.loops.push(one);
  run();
  machine.loops.pop();
}

function isFoldItem(value: Value): boolean {
  const { shape } = value;
  if (shape.kind === "index") return value.rows === Fit || value.rows === Held;
  return shape.kind === "items" && shape.items.some(isFoldItem);
}

/** Fits something, or calls; a loop that only numbers the folds is none. */
function worksIn(node: Extract<PyNode, { nodeType: "For" }>): boolean {
  return node.body.some((one) =>
    walk(one).some(
      (inner) =>
        inner.nodeType === "Call" &&
        /fit|train|predict|split|run|step|Dataset|DMatrix|Pool/i.test(
          inner.func.nodeType === "Name"
            ? inner.func.id
            : inner.func.nodeType === "Attribute"
              ? inner.func.attr
              : "",
        ),
    ),
  );
}

const fitNames = /^(tr|trn|train|fit|past|learn)(_|$|[0-9]|idx|ind|df|rows|x|y)/i;
const heldNames =
  /^(va|val|valid|vld|hold|held|future|oof|te|tst)(_|$|id|[0-9]|idx|ind|df|rows|out)/i;

/** Of `for k, tr, va in own_splits(df)` the names say which rows are which. */
function foldParts(target: PyNode, item: Value): Value {
  if (target.nodeType !== "Tuple" || isFoldItem(item)) return item;
  const names = target.elts.map((one) => (one.nodeType === "Name" ? one.id : ""));
  const inner = target.elts.findIndex(({ nodeType }) => nodeType === "Tuple");
  if (inner !== -1) {
    const parts = target.elts.map((one, at) => {
      const value = item.shape.kind === "items" ? (item.shape.items[at] ?? unknown) : unknown;
      return at === inner ? foldParts(one, value) : value;
    });
    return items(parts);
  }
  if (!names.some((name) => fitNames.test(name)) || !names.some((name) => heldNames.test(name)))
    return item;
  return items(
    names.map((name, at) => {
      const value = item.shape.kind === "items" ? (item.shape.items[at] ?? unknown) : unknown;
      const part = fitNames.test(name) ? Fit : heldNames.test(name) ? Held : 0;
      return part === 0 ? value : partNamed(value, part);
    }),
  );
}

function partNamed(value: Value, part: number): Value {
  const { shape } = value;
  if (
    shape.kind === "index" ||
    shape.kind === "any" ||
    shape.kind === "constant" ||
    shape.kind === "series"
  )
    return deep(value).rows === 0 || shape.kind === "index" || shape.kind === "series"
      ? indexOf(part)
      : { ...value, rows: part };
  return { ...value, rows: part };
}

function defineClass(
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
  execute(machine, node.body, inner);
  own.names = inner.names;
  // Functions of a class do not see its names as variables.
  for (const value of own.names.values())
    if (value.shape.kind === "function" && value.shape.own.scope === inner)
      value.shape.own.scope = scope;
  setName(scope, node.name, { rows: 0, traces: [], shape: { kind: "class", own } });
}

function remove(machine: Machine, target: PyNode, scope: Scope, at: PyNode): void {
  if (target.nodeType === "Tuple") for (const one of target.elts) remove(machine, one, scope, at);
  if (target.nodeType !== "Subscript") return;
  const of = machine.evaluate(target.value, scope);
  if (of.shape.kind !== "table") return;
  const dropped = dropColumns(of, picksOf(machine.evaluate(target.slice, scope)), at);
  if (dropped.shape.kind === "table") of.shape.table.columns = dropped.shape.table.columns;
}
