import { checkRowStatistic } from "./features.ts";
import { type Call, isConstant, keyword, type PyNode } from "../python-tree.ts";
import { derived } from "./bind.ts";
import { looksBack } from "./expression-methods.ts";
import { deep } from "./joining.ts";
import type { Arguments, Machine } from "./machine.ts";
import { madeColumns } from "./made-columns.ts";
import { filtered, take } from "./rows.ts";
import { checkWritten } from "./scores.ts";
import { applied, correlated, sampled } from "./series-methods.ts";
import { concatRows } from "./stacking.ts";
import { aggregated } from "./statistics.ts";
import { chooseColumns, copyTable, dropColumns, frame, picksOf, unsurePick } from "./table.ts";
import {
  Fit,
  has,
  Held,
  items,
  joinTraces,
  many,
  pathOf,
  plain,
  type Scope,
  series,
  textOf,
  unknown,
  type Value,
  without,
} from "./values.ts";

export function tableMethod(
  machine: Machine,
  of: Value,
  call: Call,
  name: string,
  values: Arguments,
  scope: Scope,
): Value {
  if (of.shape.kind !== "table") return of;
  const { args, named } = values;
  const copy = (): Value =>
    of.shape.kind === "table" ? frame(copyTable(of.shape.table), of.rows, of.traces) : of;
  switch (name) {
    case "with_columns":
    case "with_columns_seq":
    case "select":
    case "assign":
      return madeColumns(machine, of, call, name, values);
    case "drop":
      return inPlace(of, dropped(of, call, values), call);
    case "filter":
      return named.has("items") || named.has("like") || named.has("regex")
        ? chooseColumns(of, [unsurePick], call)
        : filterBy(machine, of, values, call);
    case "query":
      return queried(of, values);
    case "head":
    case "copy":
    case "clone":
    case "lazy":
    case "collect":
    case "to_pandas":
    case "to_numpy":
    case "reset_index":
    case "fillna":
    case "fill_null":
    case "fill_nan":
    case "astype":
    case "cast":
    case "sort_values":
    case "sort":
    case "replace":
    case "clip":
    case "round":
    case "to_dict":
    case "infer_objects":
    case "drop_duplicates":
    case "unique":
    case "with_row_index":
    case "to_frame":
    case "sort_index":
      return name === "unique" || name === "drop_duplicates" ? without(copy(), "repeated") : copy();
    case "dropna":
    case "drop_nulls":
      return filtered(of);
    case "sample":
      return sampled(machine, copy(), call);
    case "pop": {
      const text = textOf(args[0] ?? unknown);
      const column =
        text === undefined
          ? series(of.rows)
          : series(
              of.rows,
              joinTraces(
                of.traces,
                of.shape.table.columns.get(text)?.traces ??
                  (machine.targets.includes(text)
                    ? [{ kind: "target", file: machine.place, what: text }]
                    : []),
              ),
            );
      if (text !== undefined) of.shape.table.columns.delete(text);
      return column;
    }
    case "set_index":
      return inPlace(of, indexed(of, call, values), call);
    case "rename":
      return inPlace(of, renamed(of, values), call);
    case "merge":
    case "join":
    case "join_asof":
      return joined(machine, of, call, values);
    case "groupby":
    case "group_by":
    case "groupby_dynamic":
      return {
        rows: of.rows,
        traces: of.traces,
        shape: { kind: "grouped", base: of, picked: undefined },
      };
    case "append":
    case "vstack":
    case "extend":
      return concatRows(machine, { args: [items([of, ...args])], named }, call);
    case "pipe":
      return piped(machine, of, values, call);
    case "apply":
    case "map_rows":
    case "transform":
      return applied(machine, of, values, call);
    case "corr":
    case "corrwith":
      return correlated(machine, of, call);
    case "get_column":
    case "get": {
      const picks = picksOf(args[0] ?? unknown);
      const only = picks?.[0]?.only?.[0];
      const [slice] = call.args;
      return only === undefined || slice === undefined
        ? series(of.rows)
        : machine.evaluate(
            {
              ...call,
              nodeType: "Subscript",
              value: call.func.nodeType === "Attribute" ? call.func.value : call.func,
              slice,
            } as unknown as PyNode,
            scope,
          );
    }
    case "insert":
      if (args[2] !== undefined) {
        const text = textOf(args[1] ?? unknown);
        if (text !== undefined)
          of.shape.table.columns.set(text, derived(machine, text, args[2], call));
      }
      return unknown;
    case "to_csv":
    case "write_csv":
    case "write_parquet":
    case "to_parquet":
    case "to_feather": {
      const path = pathOf(args[0] ?? unknown);
      if (path !== undefined) checkWritten(machine, path, of, call);
      return unknown;
    }
    case "rolling":
    case "expanding":
    case "ewm":
      return { ...of, shape: { kind: "window", base: of } };
    case "shift":
      return looksBack(call) ? filteredTargets(copy()) : copy();
    case "select_dtypes":
    case "loc":
      return chooseColumns(of, [{ except: [], sure: false }], call);
    case "get_dummies":
      return copy();
    case "sum":
    case "mean":
    case "median":
    case "std":
    case "min":
    case "max":
    case "quantile":
    case "rank":
    case "describe":
    case "nunique":
      if (name !== "nunique" && name !== "describe" && name !== "rank")
        return aggregated(machine, of, values, call);
      if (name === "rank") checkRowStatistic(machine, of, call);
      return copy();
    case "iterrows":
    case "itertuples":
    case "iter_rows":
      return many(plain(of.rows, of.traces));
    case "to_series":
    case "squeeze":
    case "isna":
    case "isnull":
    case "notna":
      return filteredTargets(copy());
    case "items":
      return many(items([unknown, series(of.rows, of.traces)]));
    default:
      return copy();
  }
}

function filteredTargets(of: Value): Value {
  if (of.shape.kind !== "table") return of;
  for (const [name, value] of of.shape.table.columns)
    of.shape.table.columns.set(name, without(value, "target"));
  return of;
}

/** `inplace=True` changes the frame itself. */
function inPlace(of: Value, result: Value, call: Call): Value {
  if (!isConstant(keyword(call, "inplace"), true)) return result;
  if (of.shape.kind === "table" && result.shape.kind === "table")
    Object.assign(of.shape.table, result.shape.table);
  return unknown;
}

/** An index is no column. */
function indexed(of: Value, call: Call, values: Arguments): Value {
  const picks = picksOf(values.args[0] ?? values.named.get("keys") ?? unknown);
  return picks === undefined ? of : dropColumns(of, picks, call);
}

function dropped(of: Value, call: Call, { args, named }: Arguments): Value {
  const axis = named.get("axis");
  const columns = named.get("columns");
  const rowsDropped =
    named.has("index") ||
    (columns === undefined &&
      axis === undefined &&
      args.length > 0 &&
      picksOf(args[0]!) === undefined &&
      args[0]!.shape.kind !== "any");
  if (rowsDropped) return filtered(of);
  const picks =
    columns === undefined
      ? args.flatMap((one) =>
          one.shape.kind === "constant" && typeof one.shape.value === "number"
            ? []
            : (picksOf(one) ?? [unsurePick]),
        )
      : picksOf(columns);
  return dropColumns(of, picks, call);
}

function filterBy(machine: Machine, of: Value, values: Arguments, call: Call): Value {
  const [first] = values.args;
  if (first?.shape.kind === "index") return take(machine, of, first, call);
  return filtered(of);
}

function queried(of: Value, { args }: Arguments): Value {
  const text = pathOf(args[0] ?? unknown) ?? "";
  const found = /fold\w*\s*(==|!=)/i.exec(text);
  if (found === null) return filtered(of);
  const part = found[1] === "==" ? Held : Fit;
  return { ...filtered(of), rows: part };
}

function renamed(of: Value, { args, named }: Arguments): Value {
  const names = named.get("columns") ?? args[0];
  if (of.shape.kind !== "table" || names?.shape.kind !== "dict") return of;
  const table = copyTable(of.shape.table);
  for (const [from, to] of names.shape.entries) {
    const value = table.columns.get(from);
    const text = textOf(to);
    if (value === undefined || text === undefined) continue;
    table.columns.delete(from);
    table.columns.set(text, value);
  }
  return frame(table, of.rows, of.traces);
}

/** Columns of another frame beside one's own. */
function joined(machine: Machine, of: Value, call: Call, { args, named }: Arguments): Value {
  const other = args[0] ?? named.get("right") ?? named.get("other");
  if (of.shape.kind !== "table" || other === undefined) return of;
  const how = textOf(named.get("how") ?? unknown);
  if (how === "semi" || how === "anti") return filtered(of);
  const table = copyTable(of.shape.table);
  let { traces } = of;
  if (other.shape.kind === "table") {
    for (const [name, value] of other.shape.table.columns)
      if (!table.columns.has(name) && !(has(value.traces, "id") && name === machine.id))
        table.columns.set(name, value);
    table.others = joinTraces(table.others, other.shape.table.others);
    traces = joinTraces(
      traces,
      other.traces.filter(({ kind }) => kind !== "added" && kind !== "repeated"),
    );
  } else {
    const inner = deep(other);
    table.others = joinTraces(
      table.others,
      inner.traces.filter(({ kind }) => kind !== "target" && kind !== "id"),
    );
  }
  return frame(table, of.rows, traces);
}

function piped(machine: Machine, of: Value, { args, named }: Arguments, call: Call): Value {
  const [first, ...rest] = args;
  if (first?.shape.kind !== "function") return of;
  return machine.enter(first.shape.own, { args: [of, ...rest], named }, call, machine.place);
}
