import { identifiers, type PyNode, walk } from "../python-tree.ts";
import { changed, mergeExpressions } from "./expressions.ts";
import { elementOf, joinAll, mixed } from "./joining.ts";
import type { Machine } from "./machine.ts";
import { exceptThese } from "./names.ts";
import { startFolds } from "./rows.ts";
import { namesValue, picksOf } from "./table.ts";
import {
  constant,
  Fit,
  has,
  Held,
  indexOf,
  items,
  many,
  pathOf,
  pathValue,
  type Scope,
  series,
  textOf,
  type Value,
  without,
} from "./values.ts";

export function operation(op: string, left: Value, right: Value): Value {
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

export function negated(op: string, value: Value): Value {
  if (value.shape.kind !== "index" || (op !== "Invert" && op !== "Not")) return value;
  if (value.rows === Fit) return { ...value, rows: Held };
  return value.rows === Held ? { ...value, rows: Fit } : value;
}

/** Of `a and b`: a mask where one is, else something of all. */
export function together(values: readonly Value[]): Value {
  return joinAll(values);
}

/** `folds != k` is a mask of the rows to train on, `folds == k` of those held out. */
export function comparison(
  machine: Machine,
  node: Extract<PyNode, { nodeType: "Compare" }>,
  scope: Scope,
): Value {
  const sides = [node.left, ...node.comparators];
  const values = sides.map((one) => machine.evaluate(one, scope));
  const op = node.ops[0]?.nodeType;
  if (values.length === 2 && (op === "Eq" || op === "NotEq")) {
    const folds = values.findIndex((one, at) => isFoldNumbers(one, sides[at]!));
    if (folds !== -1 && isFoldNumber(values[1 - folds]!, sides[1 - folds]!)) {
      markLoop(machine, sides[1 - folds]!);
      if (op === "NotEq") startFolds(machine);
      return indexOf(op === "NotEq" ? Fit : Held);
    }
  }
  if (values.some(({ shape }) => shape.kind === "expression")) return mergeExpressions(values);
  const result = mixed(values);
  const rowwise = values.some(({ shape }) => shape.kind === "series" || shape.kind === "table");
  return rowwise && result.shape.kind === "any" ? series(result.rows, result.traces) : result;
}

/** One fold's number; -1 stands for rows of no fold. */
function isFoldNumber({ shape }: Value, node: PyNode): boolean {
  if (node.nodeType === "UnaryOp") return false;
  return shape.kind !== "constant" || typeof shape.value === "number";
}

function isFoldNumbers(value: Value, node: PyNode): boolean {
  if (value.shape.kind === "constant") return false;
  if (value.shape.kind === "expression") {
    const { reads } = value.shape.expression;
    return reads.length === 1 && /fold/i.test(reads[0]!.name ?? "");
  }
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
