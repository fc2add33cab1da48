import { checkRowStatistic } from "./features.ts";
import type { PyNode } from "../python-tree.ts";
import { targetColumn } from "./attributes.ts";
import { deep, mixed } from "./joining.ts";
import type { Machine } from "./machine.ts";
import { statistic } from "./rows.ts";
import { column, columnTraces } from "./table.ts";
import {
  type ColumnRead,
  type Expression,
  has,
  joinTraces,
  series,
  type Value,
  without,
} from "./values.ts";

export function expressionValue(expression: Expression, from?: Value): Value {
  const traces = from === undefined ? [] : from.traces;
  return { rows: from?.rows ?? 0, traces, shape: { kind: "expression", expression } };
}

export function readOf(name: string | undefined, isStatistic = false): ColumnRead {
  return { name, past: false, statistic: isStatistic, grouped: false };
}

/** An expression made of others, and of values that are none. */
export function mergeExpressions(values: readonly Value[]): Value {
  const reads: ColumnRead[] = [];
  const rest: Value[] = [];
  let alias: string | undefined;
  for (const value of values.flatMap(listed)) {
    if (value.shape.kind !== "expression") {
      rest.push(value);
      continue;
    }
    const { expression } = value.shape;
    reads.push(...expression.reads);
    alias ??= expression.alias ?? expression.reads[0]?.name;
    rest.push({ ...value, shape: { kind: "any" } });
  }
  const merged: Expression = { reads, ...(alias === undefined ? {} : { alias }) };
  return expressionValue(merged, mixed(rest));
}

function listed(value: Value): Value[] {
  if (value.shape.kind === "items") return value.shape.items.flatMap(listed);
  if (value.shape.kind === "many") return listed(value.shape.box.item);
  return [value];
}

/** The expressions among what a call is given, lists looked through. */
export function expressionsIn(values: readonly Value[]): Value[] {
  return values.flatMap(listed);
}

export function changed(value: Value, change: (read: ColumnRead) => ColumnRead): Value {
  if (value.shape.kind !== "expression") return value;
  const { inCell: _inCell, ...expression } = value.shape.expression;
  return {
    ...value,
    shape: {
      kind: "expression",
      expression: { ...expression, reads: expression.reads.map(change) },
    },
  };
}

/** The column that an expression makes of a table; in `agg` statistics tell groups apart. */
export function resolved(
  machine: Machine,
  value: Value,
  table: Value,
  grouped: boolean,
  at: PyNode,
): { name: string | undefined; value: Value } {
  if (value.shape.kind !== "expression") {
    const { rows, traces } = deep(value);
    return { name: undefined, value: series(rows === 0 ? table.rows : rows, traces) };
  }
  const { expression } = value.shape;
  let traces = value.traces;
  const columns = expression.reads.map((read) => readColumn(machine, table, read.name));
  const leavesOut = columns.some(
    (one, index) =>
      !expression.reads[index]!.less &&
      (has(one.traces, "part-statistic") || has(one.traces, "target-statistic")),
  );
  for (const [index, read] of expression.reads.entries()) {
    const from = columns[index]!;
    if (read.told !== undefined) checkRowStatistic(machine, table, read.told);
    const own = read.past || (read.less === true && leavesOut);
    const kept = own ? without(from, "target") : from;
    const made = read.statistic
      ? statistic(machine, kept, grouped || read.grouped, at)
      : kept.traces;
    traces = joinTraces(traces, made);
  }
  return {
    name: expression.alias ?? expression.reads[0]?.name,
    value: series(table.rows, traces),
  };
}

function readColumn(machine: Machine, table: Value, name: string | undefined): Value {
  if (name === undefined) {
    const all = table.shape.kind === "table" ? columnTraces(table.shape.table) : [];
    return without(series(table.rows, joinTraces(table.traces, all)), "target", "id");
  }
  return machine.targets.includes(name) ? targetColumn(machine, table, name) : column(table, name);
}
