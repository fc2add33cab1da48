import { isTarget } from "../learners.ts";
import type { PyNode } from "../python-tree.ts";
import { targetColumn } from "./attributes.ts";
import { elementOf, join } from "./joining.ts";
import type { Machine } from "./machine.ts";
import { filtered, sliced, take } from "./rows.ts";
import { columnBind, concatRows } from "./stacking.ts";
import { chooseColumns, column, namesValue, picksOf, unsurePick } from "./table.ts";
import {
  items,
  joinTraces,
  plain,
  type Scope,
  series,
  textOf,
  type Trace,
  unknown,
  type Value,
  withTraces,
  without,
} from "./values.ts";

type Subscript = Extract<PyNode, { nodeType: "Subscript" }>;

/** `df["a"]`, `X[tr]`, `df.loc[va, columns]`, `found[0]`. */
export function subscript(machine: Machine, node: Subscript, scope: Scope): Value {
  const { owner, located } = ownerOf(node.value);
  const of = machine.evaluate(owner, scope);
  const { slice } = node;
  if (of.shape.kind === "library" && /\.(r_|c_)$/.test(of.shape.name)) {
    const parts = slice.nodeType === "Tuple" ? slice.elts : [slice];
    const values = parts.map((one) => machine.evaluate(one, scope));
    if (of.shape.name.endsWith("c_")) return columnBind(values);
    return concatRows(machine, { args: [items(values)], named: new Map() }, node);
  }
  if (of.shape.kind === "class" || of.shape.kind === "library") return unknown;
  if (slice.nodeType === "Tuple" && (located || isArray(of))) {
    const [rows, columns] = slice.elts;
    const part = rows === undefined ? of : rowsOf(machine, of, rows, scope, node);
    if (columns === undefined) return part;
    if (columns.nodeType === "Slice")
      return columns.lower === undefined && columns.upper === undefined
        ? part
        : chooseColumns(part, [unsurePick], node);
    return columnsOf(machine, part, columns, scope, node, located);
  }
  if (located) return rowsOf(machine, of, slice, scope, node);
  return plainSubscript(machine, of, node, scope);
}

/** What is subscripted, `.loc` and its kind left out. */
export function ownerOf(node: PyNode): { owner: PyNode; located: boolean } {
  if (node.nodeType === "Attribute" && /^(i?loc|i?at)$/.test(node.attr))
    return { owner: node.value, located: true };
  return { owner: node, located: false };
}

function isArray({ shape, rows }: Value): boolean {
  return shape.kind === "table" || shape.kind === "series" || (shape.kind === "any" && rows !== 0);
}

function rowsOf(machine: Machine, of: Value, key: PyNode, scope: Scope, at: PyNode): Value {
  if (key.nodeType === "Slice") return sliceOf(of, key);
  const index = machine.evaluate(key, scope);
  if (index.shape.kind === "index") return take(machine, of, index, at);
  if (
    index.shape.kind === "table" ||
    (index.shape.kind === "any" && index.rows === 0 && index.traces.length === 0)
  )
    return of;
  return filtered(of);
}

function sliceOf(of: Value, { lower, upper }: Extract<PyNode, { nodeType: "Slice" }>): Value {
  if (lower === undefined && upper === undefined) return of;
  // A prefix of an id's text means something by itself.
  const named = lower === undefined && of.shape.kind === "any" ? without(of, "id") : of;
  return sliced(named, lower === undefined);
}

function columnsOf(
  machine: Machine,
  of: Value,
  key: PyNode,
  scope: Scope,
  at: PyNode,
  located: boolean,
): Value {
  const found = machine.evaluate(key, scope);
  const name = columnName(machine, key, found);
  if (name !== undefined) return targetOr(machine, of, name);
  if (!located && found.shape.kind === "constant")
    return series(of.rows, column(of, undefined).traces);
  return chosen(of, found, at);
}

/** The name of a column, of the target also where only its variable says so. */
export function columnName(machine: Machine, key: PyNode, value: Value): string | undefined {
  const text = textOf(value);
  if (text !== undefined) return text;
  if (value.shape.kind !== "any" || machine.targets.length !== 1) return undefined;
  return isTarget(key, machine.targets) ? machine.targets[0] : undefined;
}

function targetOr(machine: Machine, of: Value, name: string): Value {
  return machine.targets.includes(name) ? targetColumn(machine, of, name) : column(of, name);
}

const kept = /^(target-statistic|fitted-on-target|chosen|solution)$/;

function chosen(of: Value, key: Value, at: PyNode): Value {
  const picks = picksOf(key) ?? [unsurePick];
  const where = key.shape.kind === "names" ? (key.shape.at ?? at) : at;
  const traces = key.traces.filter(({ kind }) => kept.test(kind));
  const result = chooseColumns(of, picks, where);
  return withTraces(result, traces);
}

function plainSubscript(machine: Machine, of: Value, node: Subscript, scope: Scope): Value {
  const { slice } = node;
  const { shape } = of;
  if (slice.nodeType === "Slice") {
    if (shape.kind === "items") return { ...of, shape: slicedItems(shape.items, slice) };
    if (shape.kind === "names") return namesValue([unsurePick], shape.at, of.traces);
    return sliceOf(of, slice);
  }
  const key = machine.evaluate(slice, scope);
  const text = columnName(machine, slice, key);
  switch (shape.kind) {
    case "dict":
      return text === undefined ? elementOf(shape) : (shape.entries.get(text) ?? shape.rest.item);
    case "items":
    case "many":
      return itemAt(machine, of, key, node);
    case "names":
      return key.shape.kind === "constant" || key.shape.kind === "any"
        ? plain(0, joinTraces(of.traces, tracesOf(key)))
        : of;
    case "grouped": {
      const base =
        text === undefined ? chosen(shape.base, key, node) : targetOr(machine, shape.base, text);
      return { ...of, shape: { ...shape, picked: base } };
    }
    case "constant":
    case "path":
      return of;
    default:
  }
  if (key.shape.kind === "index") return take(machine, of, key, node);
  if (text !== undefined) return targetOr(machine, of, text);
  if (shape.kind === "index") return of;
  if (key.shape.kind === "names" || isTexts(key)) return chosen(of, key, node);
  if (key.shape.kind === "expression") return filtered(of);
  if (shape.kind === "table") {
    if (key.shape.kind === "series" || (key.shape.kind === "any" && key.rows !== 0))
      return filtered(of);
    return key.shape.kind === "any" || key.shape.kind === "many" || key.shape.kind === "items"
      ? unclear(machine, of, key, node)
      : of;
  }
  if (key.shape.kind === "series") return filtered(of);
  return withTraces(
    of,
    key.traces.filter(({ kind }) => kept.test(kind)),
  );
}

/** Names of columns or a choice of rows: nothing says which. */
function unclear(machine: Machine, of: Value, key: Value, node: PyNode): Value {
  const result = chosen(of, key, node);
  return withTraces(
    result,
    tracesOf(key).filter(({ kind }) => kept.test(kind)),
  );
}

function tracesOf(key: Value): readonly Trace[] {
  return key.shape.kind === "items" || key.shape.kind === "many"
    ? joinTraces(key.traces, elementOf(key.shape).traces)
    : key.traces;
}

function isTexts({ shape }: Value): boolean {
  return (
    shape.kind === "items" &&
    shape.items.length > 0 &&
    shape.items.some((item) => textOf(item) !== undefined || item.shape.kind === "names")
  );
}

function slicedItems(all: Value[], slice: Extract<PyNode, { nodeType: "Slice" }>): Value["shape"] {
  const [from, to] = [numberOf(slice.lower), numberOf(slice.upper)];
  const known =
    (slice.lower === undefined || from !== undefined) &&
    (slice.upper === undefined || to !== undefined);
  return { kind: "items", items: known ? all.slice(from ?? 0, to) : all, loose: !known };
}

function numberOf(node: PyNode | undefined): number | undefined {
  if (node?.nodeType === "Constant" && typeof node.value === "number") return node.value;
  if (node?.nodeType === "UnaryOp" && node.op.nodeType === "USub") {
    const inner = numberOf(node.operand);
    return inner === undefined ? undefined : -inner;
  }
  return undefined;
}

function itemAt(machine: Machine, of: Value, key: Value, node: Subscript): Value {
  if (key.shape.kind === "index") return take(machine, of, key, node);
  const { shape } = of;
  const number = numberOf(node.slice);
  if (shape.kind === "items" && number !== undefined && !shape.loose) {
    const item = shape.items.at(number);
    if (item !== undefined) return withTraces(item, of.traces);
  }
  const element = elementOf(shape);
  return withTraces(
    join(element, undefined),
    joinTraces(
      of.traces,
      key.traces.filter(({ kind }) => kept.test(kind)),
    ),
  );
}
