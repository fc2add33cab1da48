import { columnTraces, newTable, type Table } from "./table.ts";
import {
  All,
  Held,
  joinTraces,
  type Made,
  partOfRows,
  plain,
  type Shape,
  Some,
  type Thing,
  type Trace,
  unknown,
  type Value,
} from "./values.ts";

/** What a name stands for after two ways to the same place. */
export function join(one: Value | undefined, other: Value | undefined): Value {
  if (one === undefined || one === other) return other ?? unknown;
  if (other === undefined) return one;
  return {
    rows: one.rows | other.rows,
    traces: joinTraces(one.traces, other.traces),
    shape: joinShapes(one.shape, other.shape),
  };
}

export function joinAll(values: readonly Value[]): Value {
  let result: Value | undefined;
  for (const value of values) result = join(result, value);
  return result ?? unknown;
}

function joinShapes(one: Shape, other: Shape): Shape {
  if (one.kind === "any" || isNone(one)) return other;
  if (other.kind === "any" || isNone(other)) return one;
  if (one.kind === "table" && other.kind === "table") {
    return one.table === other.table
      ? one
      : { kind: "table", table: joinTables(one.table, other.table) };
  }
  if (one.kind === "constant" && other.kind === "constant")
    return one.value === other.value ? one : { kind: "any" };
  if (one.kind === "path" && other.kind === "path")
    return { kind: "path", text: `${one.text} ${other.text}` };
  if (one.kind === "made" && other.kind === "made")
    return { kind: "made", made: joinMade(one.made, other.made) };
  if (one.kind === "items" && other.kind === "items" && one.items.length === other.items.length)
    return { kind: "items", items: one.items.map((item, at) => join(item, other.items[at])) };
  if (isList(one) && isList(other))
    return { kind: "many", box: { item: join(elementOf(one), elementOf(other)) } };
  return one.kind === "constant" ? other : one;
}

function isNone(shape: Shape): boolean {
  return shape.kind === "constant" && (shape.value === null || shape.value === undefined);
}

function isList({ kind }: Shape): boolean {
  return kind === "items" || kind === "many";
}

function joinTables(one: Table, other: Table): Table {
  const joined = newTable(one.open || other.open, one.origin);
  joined.part = one.part && other.part;
  joined.others = joinTraces(one.others, other.others);
  joined.chosenAt = one.chosenAt ?? other.chosenAt;
  for (const table of [one, other]) {
    for (const [name, value] of table.columns)
      joined.columns.set(name, join(joined.columns.get(name), value));
  }
  return joined;
}

function joinMade(one: Made, other: Made): Made {
  if (one === other) return one;
  const { fitted: left } = one;
  const { fitted: right } = other;
  const fitted =
    left === undefined || right === undefined
      ? (left ?? right)
      : {
          ...left,
          rows: left.rows | right.rows,
          target: left.target || right.target,
          traces: joinTraces(left.traces, right.traces),
        };
  return { ...one, parts: [...new Set([...one.parts, ...other.parts])], fitted };
}

/** What a loop over it, or a number in brackets, gives. */
export function elementOf(shape: Shape): Value {
  if (shape.kind === "items") return joinAll(shape.items);
  if (shape.kind === "many") return shape.box.item;
  if (shape.kind === "dict") return joinAll([...shape.entries.values(), shape.rest.item]);
  return unknown;
}

/** A value with all that is in it: the columns of a frame, the items of a list, the fields of an object. */
export function deep(value: Value, depth = 0): Value {
  const { shape } = value;
  const parts = depth > 4 ? [] : partsOf(shape);
  if (shape.kind === "table") {
    const traces = joinTraces(value.traces, columnTraces(shape.table));
    return traces === value.traces ? value : { ...value, traces };
  }
  if (parts.length === 0) return value;
  let { rows, traces } = value;
  for (const part of parts) {
    const inner = deep(part, depth + 1);
    rows |= inner.rows;
    traces = joinTraces(traces, inner.traces);
  }
  return { rows, traces, shape };
}

function partsOf(shape: Shape): readonly Value[] {
  switch (shape.kind) {
    case "items":
      return shape.items;
    case "many":
      return [shape.box.item];
    case "dict":
      return [...shape.entries.values(), shape.rest.item];
    case "thing":
      return fieldsOf(shape.thing);
    case "grouped":
      return [shape.base];
    case "window":
      return [shape.base];
    case "made":
      return shape.made.fitted === undefined ? [] : [plain(0, shape.made.fitted.traces)];
    default:
      return [];
  }
}

function fieldsOf({ fields }: Thing): Value[] {
  return [...fields.values()];
}

/** What comes out of code that is not looked into: something of all that went in. */
export function mixed(values: readonly Value[]): Value {
  let rows = 0;
  let traces: readonly Trace[] = [];
  let part = 0;
  let indices = 0;
  let data = 0;
  for (const value of values) {
    const inner = deep(value);
    traces = joinTraces(traces, inner.traces);
    if (holdsOnlyIndex(value)) {
      part |= inner.rows;
      indices += 1;
    } else {
      rows |= inner.rows;
      if (inner.rows !== 0) data += 1;
    }
  }
  if (indices > 0 && data === 0) return { rows: part, traces, shape: { kind: "index" } };
  if (part !== 0 && (rows & (All | Some)) !== 0) rows = partOfRows(rows, part);
  return plain(rows, (rows & Held) !== 0 && (part & Held) !== 0 ? heldOut(traces) : traces);
}

/** Of predictions for every row, the fold's own are honest. */
export function heldOut(traces: readonly Trace[]): readonly Trace[] {
  return traces.filter(({ kind, whole }) => kind !== "in-sample" || !whole);
}

/** Not looked into further than `deep` does: a list may hold itself. */
function holdsOnlyIndex({ shape }: Value, depth = 0): boolean {
  if (shape.kind === "index") return true;
  if (depth > 4) return false;
  const inner = (value: Value) => holdsOnlyIndex(value, depth + 1);
  if (shape.kind === "items") return shape.items.length > 0 && shape.items.every(inner);
  return shape.kind === "many" && inner(shape.box.item);
}
