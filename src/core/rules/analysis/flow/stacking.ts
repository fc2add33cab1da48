import type { PyNode } from "../python-tree.ts";
import { deep, elementOf, join, mixed } from "./joining.ts";
import type { Arguments, Machine } from "./machine.ts";
import { givenFrom } from "./rows.ts";
import { frame, newTable, type Table } from "./table.ts";
import {
  Fit,
  has,
  Held,
  joinTraces,
  mayBeAll,
  Outside,
  Test,
  textOf,
  type Trace,
  unknown,
  type Value,
  withTraces,
} from "./values.ts";

/** `pd.concat([train, extra])`, `np.vstack((X, X2))`: rows below rows, unless an axis says otherwise. */
export function concatRows(machine: Machine, values: Arguments, call: PyNode): Value {
  const [first = unknown] = values.args;
  const isList = first.shape.kind === "items" || first.shape.kind === "many";
  const parts = isList ? listed(first) : values.args;
  if (sideways(values)) return columnBind(parts);
  if (parts.length === 0) return unknown;
  if (parts.every(({ shape }) => shape.kind === "index")) return mixed(parts);
  const result = parts.reduce((one, other) => stacked(one, other));
  const traces: Trace[] = [];
  const here = givenFrom(machine, call, parts);
  if (addsRows(parts, machine.targets)) traces.push({ kind: "added", ...here });
  if (repeatsRows(parts) || (first.shape.kind === "many" && repeatsRows([...parts, ...parts])))
    traces.push({ kind: "repeated", ...here });
  const rows = deep(result).rows;
  if ((rows & Fit) !== 0 && (rows & Held) !== 0)
    traces.push({ kind: "rejoined", file: machine.place, at: call });
  return withTraces(result, traces);
}

function listed({ shape }: Value): Value[] {
  if (shape.kind === "items")
    return shape.items.flatMap((item) =>
      item.shape.kind === "many" ? [elementOf(item.shape)] : [item],
    );
  return [elementOf(shape)];
}

function sideways({ named }: Arguments): boolean {
  const axis = named.get("axis") ?? named.get("dim");
  if (axis?.shape.kind === "constant" && axis.shape.value !== 0 && axis.shape.value !== "index")
    return true;
  const how = named.get("how");
  return how !== undefined && /^(horizontal|align)/.test(textOf(how) ?? "");
}

function stacked(one: Value, other: Value): Value {
  const joined = join(one, other);
  const rows = deep(one).rows | deep(other).rows;
  if (joined.shape.kind === "items" || joined.shape.kind === "many")
    return { ...mixed([one, other]), rows };
  return { ...joined, rows };
}

/** Rows with targets that are none of the training set's. */
function addsRows(parts: readonly Value[], targets: readonly string[]): boolean {
  const all = parts.map(deep);
  const own = all.findIndex(({ rows }) => mayBeAll(rows) && rows !== 0);
  if (own === -1) return false;
  return parts.some((part, at) => {
    const inner = all[at]!;
    if (at === own || mayBeAll(inner.rows) || (inner.rows & (Fit | Held)) !== 0) return false;
    if (part.shape.kind === "table" && namesFold(part.shape.table)) return false;
    if ((inner.rows & Outside) !== 0) return true;
    return (inner.rows & Test) !== 0 && isLabelled(part, parts[own]!, targets);
  });
}

/** Rows of other data that are given a fold of their own, which is none, are never validated on. */
function namesFold({ columns }: Table): boolean {
  return [...columns.keys()].some((name) => /fold/i.test(name));
}

/** Whether rows of the test set have been given targets. */
function isLabelled(part: Value, own: Value, targets: readonly string[]): boolean {
  if (part.shape.kind !== "table") return has(own.traces, "target");
  const { columns } = part.shape.table;
  return targets.some((target) => columns.has(target));
}

/** The same rows twice: whole, and once more or a part of them. */
function repeatsRows(parts: readonly Value[]): boolean {
  const tables = parts.flatMap((part) =>
    part.shape.kind === "table" && mayBeAll(part.rows) && part.rows !== 0 ? [part.shape.table] : [],
  );
  return tables.some(
    (one, at) =>
      !one.part &&
      tables.some(
        (other, index) => index !== at && other.origin === one.origin && !apart(one, other),
      ),
  );
}

/** Columns of one frame on top of each other, as texts to learn words from. */
function apart(one: Table, other: Table): boolean {
  return (
    !one.open && !other.open && ![...one.columns.keys()].some((name) => other.columns.has(name))
  );
}

/** Columns beside columns. */
export function columnBind(parts: readonly Value[]): Value {
  const table = newTable(false);
  let rows = 0;
  let traces: readonly Trace[] = [];
  for (const [at, part] of parts.entries()) {
    const inner = deep(part);
    rows |= inner.rows;
    if (part.shape.kind === "table") {
      for (const [name, value] of part.shape.table.columns) table.columns.set(name, value);
      table.others = joinTraces(table.others, part.shape.table.others);
      table.open ||= part.shape.table.open;
      traces = joinTraces(traces, part.traces);
    } else table.columns.set(`#${at}`, { ...inner, shape: { kind: "series" } });
  }
  return frame(table, rows, traces);
}
