import { checkRowStatistic } from "./features.ts";
import { type Call, isConstant } from "../python-tree.ts";
import { looksBack } from "./expression-methods.ts";
import { deep, join, mixed } from "./joining.ts";
import { type Arguments, given, type Machine } from "./machine.ts";
import { aggregated, searched, statisticName } from "./statistics.ts";
import {
  has,
  mayBeAll,
  plain,
  series,
  unknown,
  type Value,
  without,
  withTraces,
} from "./values.ts";

export function sampled(machine: Machine, of: Value, call: Call): Value {
  const again = call.keywords.find(({ arg }) => arg === "replace" || arg === "with_replacement");
  if (!isConstant(again?.value, true) || !mayBeAll(of.rows)) return of;
  return withTraces(of, [{ kind: "repeated", file: machine.place, at: call }]);
}

export function applied(
  machine: Machine,
  of: Value,
  { args, named }: Arguments,
  call: Call,
): Value {
  const [first] = args;
  if (first?.shape.kind !== "function") return series(of.rows, deep(of).traces);
  const cell = plain(of.rows, of.traces);
  const perRow = named.get("axis")?.shape.kind === "constant";
  const param = of.shape.kind === "table" ? (perRow ? { ...of, shape: rowOf(of) } : of) : cell;
  const result = machine.enter(
    first.shape.own,
    { args: [param], named: new Map() },
    call,
    machine.place,
  );
  return series(of.rows, deep(result).traces);
}

/** A row of a frame knows its columns by name, and is none. */
function rowOf(of: Value): Value["shape"] {
  if (of.shape.kind !== "table") return { kind: "any" };
  const entries = new Map<string, Value>();
  for (const [name, value] of of.shape.table.columns)
    entries.set(name, plain(of.rows, value.traces));
  return { kind: "dict", entries, rest: { item: plain(of.rows, of.traces) } };
}

/** Correlations with the target over all rows choose features that know it. */
export function correlated(machine: Machine, of: Value, call: Call): Value {
  const inner = deep(of);
  if (!has(inner.traces, "target") || !mayBeAll(of.rows)) return plain();
  return plain(0, [{ kind: "target-statistic", file: machine.place, at: call }]);
}

export function seriesMethod(
  machine: Machine,
  of: Value,
  call: Call,
  name: string,
  values: Arguments,
): Value {
  if (of.shape.kind === "window") return series(of.rows, deep(of).traces);
  if (/^(rolling|expanding|ewm)$/.test(name)) return { ...of, shape: { kind: "window", base: of } };
  if (name === "shift") return looksBack(call) ? without(of, "target") : of;
  if (statisticName.test(name)) return aggregated(machine, of, values, call);
  if (/^(argmax|argmin|idxmax|idxmin)$/.test(name))
    return (
      searched(machine, { args: [of, ...values.args], named: values.named }, call) ??
      series(of.rows, of.traces)
    );
  if (/^(rank|value_counts)$/.test(name)) checkRowStatistic(machine, of, call);
  if (
    /^(value_counts|unique|nunique|n_unique|isna|isnull|notna|is_null|is_not_null|count)$/.test(
      name,
    )
  )
    return name === "value_counts" || name === "unique" ? series(of.rows) : plain(of.rows);
  if (/^(groupby|group_by)$/.test(name)) {
    const keys = values.args[0];
    return {
      rows: of.rows,
      traces: of.traces,
      shape: {
        kind: "grouped",
        base: join(of, keys?.shape.kind === "series" ? series(keys.rows) : of),
        picked: of,
      },
    };
  }
  if (
    /^(apply|map|transform|map_elements)$/.test(name) &&
    values.args[0]?.shape.kind === "function"
  )
    return applied(machine, of, values, call);
  if (name === "to_frame" || name === "split" || name === "isin" || name === "is_in")
    return name === "isin" ? membership(of, values) : of;
  if (name === "sample") return sampled(machine, of, call);
  if (name === "corr") return correlated(machine, mixedSeries([of, ...values.args]), call);
  const result = mixed([of, ...given(values).filter(({ shape }) => shape.kind !== "function")]);
  return result.shape.kind === "index" ? of : series(result.rows, result.traces);
}

function mixedSeries(values: readonly Value[]): Value {
  const { rows, traces } = mixed(values);
  return series(rows, traces);
}

/** `df["id"].isin(ids[tr])` is a mask of the fold's rows. */
function membership(of: Value, { args }: Arguments): Value {
  const inner = deep(args[0] ?? unknown);
  return mayBeAll(inner.rows) || (inner.rows & 6) === 0
    ? series(of.rows)
    : { rows: inner.rows & 6, traces: [], shape: { kind: "index" } };
}
