import { checkRowStatistic } from "./features.ts";
import { type Call, identifiers, type PyNode, strings, stringValue } from "../python-tree.ts";
import { targetColumn } from "./attributes.ts";
import { expressionsIn, resolved } from "./expressions.ts";
import { deep } from "./joining.ts";
import type { Arguments, Machine } from "./machine.ts";
import { statistic } from "./rows.ts";
import { column, frame, newTable } from "./table.ts";
import { joinTraces, series, textOf, unknown, type Value, without, withTraces } from "./values.ts";

const counts = /^(count|size|nunique|n_unique|len|ngroup|cumcount)$/;

const perRow =
  /^(shift|diff|pct_change|cumsum|cummax|cummin|cumprod|ffill|bfill|head|tail|nth|first|last|rank|sample|fillna|interpolate)$/;

/** A method of `df.groupby(key)`, of one of its columns, or of polars' group_by. */
export function groupedMethod(
  machine: Machine,
  of: Value,
  call: Call,
  name: string,
  values: Arguments,
): Value {
  if (of.shape.kind !== "grouped") return of;
  const { base, picked } = of.shape;
  if (/^(rolling|expanding|ewm)$/.test(name))
    return { ...of, shape: { kind: "window", base: picked ?? base } };
  if (name === "shift") return shifted(picked ?? base, call);
  if (/^cum(sum|prod)$/.test(name))
    return withTraces(picked ?? base, [{ kind: "part-statistic", file: machine.place, at: call }]);
  if (perRow.test(name)) return picked ?? base;
  if (name !== "transform" || !tellsPast(call)) checkRowStatistic(machine, base, call);
  if (counts.test(name)) return picked === undefined ? grouping(of.rows) : series(of.rows);
  if (name === "transform" || name === "apply" || name === "map_groups")
    return told(machine, of, call, values);
  if (name === "agg" || name === "aggregate") return aggregates(machine, of, call, values);
  return picked === undefined
    ? eachColumn(machine, base, call)
    : { ...picked, rows: of.rows, traces: statistic(machine, whole(picked), true, call) };
}

function shifted(of: Value, call: Call): Value {
  const [first] = call.args;
  const zero = first?.nodeType === "Constant" && first.value === 0;
  return zero || first?.nodeType === "UnaryOp" ? of : without(of, "target");
}

/** What is told there looks at earlier rows alone. */
function tellsPast(call: Call): boolean {
  return call.args.some(
    (one) =>
      [...identifiers(one)].some((id) => /shift|rolling|expanding|cum|diff|fill/.test(id)) ||
      /^(cum|shift|diff|ffill|bfill)/.test(stringValue(one) ?? ""),
  );
}

/** A picked column, or a choice of them, as one. */
function whole(value: Value): Value {
  const { rows, traces } = deep(value);
  return series(rows, traces);
}

function grouping(rows: number): Value {
  return frame(newTable(true), rows);
}

function eachColumn(machine: Machine, base: Value, call: Call): Value {
  const result = grouping(base.rows);
  if (base.shape.kind !== "table" || result.shape.kind !== "table") return result;
  for (const [name, value] of base.shape.table.columns) {
    const one = series(base.rows, joinTraces(base.traces, value.traces));
    result.shape.table.columns.set(name, series(base.rows, statistic(machine, one, true, call)));
  }
  return result;
}

/** `transform("mean")`, `transform(lambda s: s.shift(1).mean())` */
function told(machine: Machine, of: Value, call: Call, values: Arguments): Value {
  if (of.shape.kind !== "grouped") return of;
  const { base, picked } = of.shape;
  const [first = unknown] = values.args;
  const rows = picked ?? base;
  const text = textOf(first);
  if (text !== undefined) {
    if (counts.test(text)) return series(of.rows);
    if (perRow.test(text)) return rows;
  }
  if (first.shape.kind === "function") {
    const result = machine.enter(
      first.shape.own,
      { args: [picked ?? base], named: new Map() },
      call,
      machine.place,
    );
    const inner = deep(result);
    if (inner.traces.every(({ kind }) => kind !== "target")) {
      const plainMean = [...identifiers(call.args[0]!)].every(
        (id) => !/shift|rolling|expanding|cum|diff/.test(id),
      );
      return plainMean && picked !== undefined
        ? series(of.rows, statistic(machine, whole(picked), true, call))
        : series(of.rows, inner.traces);
    }
    return series(of.rows, inner.traces);
  }
  return series(of.rows, statistic(machine, whole(rows), true, call));
}

/** `agg("mean")`, `agg({"y": "mean"})`, `agg(rate=("y", "mean"))`, `agg(pl.col("y").mean())` */
function aggregates(machine: Machine, of: Value, call: Call, values: Arguments): Value {
  if (of.shape.kind !== "grouped") return of;
  const { base, picked } = of.shape;
  const result = grouping(of.rows);
  if (result.shape.kind !== "table") return result;
  const { columns } = result.shape.table;
  const averaged = (name: string): Value =>
    series(
      of.rows,
      statistic(
        machine,
        machine.targets.includes(name) ? targetColumn(machine, base, name) : column(base, name),
        true,
        call,
      ),
    );
  for (const [name, value] of values.named) {
    const parts = value.shape.kind === "items" ? value.shape.items : [value];
    const [from, how] = parts.map((one) => textOf(one));
    if (value.shape.kind === "expression")
      columns.set(name, resolved(machine, value, base, true, call).value);
    else if (picked !== undefined)
      columns.set(
        name,
        onlyCounts(textOf(value))
          ? series(of.rows)
          : series(of.rows, statistic(machine, whole(picked), true, call)),
      );
    else if (from !== undefined)
      columns.set(name, onlyCounts(how) ? series(of.rows) : averaged(from));
  }
  for (const one of expressionsIn(values.args)) {
    if (one.shape.kind !== "expression") continue;
    const { name, value } = resolved(machine, one, base, true, call);
    columns.set(name ?? "?", value);
  }
  const [first] = values.args;
  if (first?.shape.kind === "dict") {
    for (const [name, how] of first.shape.entries)
      columns.set(name, onlyCounts(textOf(how)) ? series(of.rows) : averaged(name));
  }
  if (picked !== undefined && first !== undefined) {
    const texts = [...strings(call.args[0] as PyNode)].map(({ text }) => text);
    if (texts.length > 0 && texts.every(onlyCounts)) return series(of.rows);
    const traces = statistic(machine, whole(picked), true, call);
    for (const text of texts) columns.set(text, series(of.rows, onlyCounts(text) ? [] : traces));
    result.shape.table.others = traces;
  }
  return result;
}

function onlyCounts(text: string | undefined): boolean {
  return text !== undefined && counts.test(text);
}
