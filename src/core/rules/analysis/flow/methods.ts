import { type Call, isConstant, keyword, type PyNode } from "../python-tree.ts";
import { changed, expressionsIn, mergeExpressions, resolved } from "./expressions.ts";
import { grouped as groupedMethod } from "./groups.ts";
import { iterated } from "./iterated.ts";
import { deep, elementOf, join, mixed } from "./joining.ts";
import {
  acrossColumns,
  aggregated,
  asExpression,
  isRows,
  libraryCall,
  sayRowStatistic,
  searched,
} from "./library.ts";
import { type Arguments, given, type Machine } from "./machine.ts";
import { fit, inFeatures, predicted, splitRows, transformed } from "./models.ts";
import { exceptThese } from "./names.ts";
import { filtered } from "./rows.ts";
import { checkWritten } from "./scores.ts";
import { concatRows } from "./stacking.ts";
import {
  chooseColumns,
  columnNames,
  copyTable,
  dropColumns,
  frame,
  namesValue,
  picksOf,
  unsurePick,
} from "./table.ts";
import { derived } from "./bind.ts";
import {
  constant,
  has,
  items,
  joinTraces,
  many,
  mayBeAll,
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

const statistics =
  /^(mean|median|std|var|sum|min|max|quantile|mode|skew|kurt|kurtosis|sem|prod|describe)$/;
const splitter = /(Fold|Split|Out|Splitter|CV)$|^PredefinedSplit$/;

/** A method of something that is not the experiment's own. */
export function methodCall(
  machine: Machine,
  of: Value,
  call: Call,
  name: string,
  values: Arguments,
  scope: Scope,
): Value {
  const { shape } = of;
  if (name === "split" && isSplitter(of, values)) return many(splitRows(machine, call, values));
  if (
    /^(partial_fit|fit|fit_transform|fit_resample|fit_sample|fit_predict|train)$/.test(name) &&
    fits(of)
  )
    return fit(machine, of, call, name, values);
  if (/^(predict\w*|decision_function|inplace_predict)$/.test(name) && !isText(of))
    return predicted(machine, of, call, values);
  if (name === "transform" && (shape.kind === "made" || shape.kind === "thing"))
    return transformed(shape.kind === "made" ? shape.made : undefined, values.args[0] ?? unknown);
  switch (shape.kind) {
    case "expression":
      return expressionMethod(machine, of, call, name, values);
    case "grouped":
      return groupedMethod(machine, of, call, name, values);
    case "table":
      return tableMethod(machine, of, call, name, values, scope);
    case "series":
    case "window":
      return seriesMethod(machine, of, call, name, values);
    case "names":
      return namesMethod(of, call, name, values);
    case "items":
    case "many":
      return listMethod(machine, of, name, values, call);
    case "dict":
      return dictMethod(of, name, values);
    case "constant":
    case "path":
      return textMethod(machine, of, name, values, call);
    case "index":
      return /^(tolist|to_numpy|astype|copy|values|to_list|reset_index|repeat)$/.test(name) ||
        given(values).every(({ rows }) => rows === 0)
        ? of
        : mixed([of, ...given(values)]);
    default:
      return anyMethod(machine, of, call, name, values);
  }
}

function fits({ shape }: Value): boolean {
  return (
    shape.kind === "made" ||
    shape.kind === "any" ||
    shape.kind === "thing" ||
    shape.kind === "items"
  );
}

function isText({ shape }: Value): boolean {
  return shape.kind === "constant" || shape.kind === "path";
}

function isSplitter({ shape, rows }: Value, { args, named }: Arguments): boolean {
  const [first] = args;
  if (first === undefined && named.size === 0) return false;
  if (first?.shape.kind === "constant" || first?.shape.kind === "path") return false;
  if (shape.kind === "made") return splitter.test(shape.made.name);
  if (shape.kind === "thing") return true;
  return shape.kind === "any" && rows === 0;
}

function isZero(node: PyNode | undefined): boolean {
  return isConstant(node, 0) || (node?.nodeType === "UnaryOp" && node.op.nodeType === "USub");
}

/** `shift(n)` with n above 0 looks back, and not at the row itself. */
function looksBack(call: Call): boolean {
  return !isZero(
    call.args[0] ?? call.keywords.find(({ arg }) => /^(n|periods)$/.test(arg ?? ""))?.value,
  );
}

function expressionMethod(
  machine: Machine,
  of: Value,
  call: Call,
  name: string,
  values: Arguments,
): Value {
  if (of.shape.kind !== "expression") return of;
  const { expression } = of.shape;
  const merged = mergeExpressions([
    of,
    ...given(values).filter(
      ({ shape }) =>
        shape.kind === "expression" || shape.kind === "items" || shape.kind === "series",
    ),
  ]);
  if (name === "alias") {
    const alias = textOf(values.args[0] ?? unknown);
    const { alias: _old, ...rest } = expression;
    return {
      ...of,
      shape: {
        kind: "expression",
        expression: alias === undefined ? { ...rest, alias: "?" } : { ...rest, alias },
      },
    };
  }
  if (expression.inCell) return changed(merged, (read) => read);
  if (name === "shift")
    return looksBack(call) ? changed(of, (read) => ({ ...read, past: true })) : of;
  if (statistics.test(name) || name === "rank") {
    if (inFeatures(machine) && expression.reads.length > 0) sayRowStatistic(machine, call);
    return name === "rank" ? of : changed(of, (read) => ({ ...read, statistic: true }));
  }
  if (name === "over") {
    const isStatistic = expression.reads.some(({ statistic }) => statistic);
    if (inFeatures(machine) && isStatistic) sayRowStatistic(machine, call);
    return changed(of, (read) => ({ ...read, grouped: true }));
  }
  return {
    ...merged,
    shape:
      merged.shape.kind === "expression"
        ? {
            kind: "expression",
            expression: {
              ...merged.shape.expression,
              ...(expression.alias === undefined ? {} : { alias: expression.alias }),
            },
          }
        : merged.shape,
  };
}

function tableMethod(
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
      return made(machine, of, call, name, values);
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
      return only === undefined
        ? series(of.rows)
        : machine.evaluate(
            {
              ...call,
              nodeType: "Subscript",
              value: call.func.nodeType === "Attribute" ? call.func.value : call.func,
              slice: call.args[0]!,
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
      if (name === "rank" && inFeatures(machine)) sayRowStatistic(machine, call);
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
      return withoutTargets(copy());
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

function withoutTargets(of: Value): Value {
  return filteredTargets(of);
}

/** `with_columns`, `select` and `assign`: columns made of expressions or given by name. */
function made(machine: Machine, of: Value, call: Call, name: string, values: Arguments): Value {
  if (of.shape.kind !== "table") return of;
  const expressions = expressionsIn(values.args);
  if (name === "select") {
    const picks = expressions.map((one) =>
      one.shape.kind === "expression" ? undefined : picksOf(one),
    );
    const chosen = picks.flatMap((one) => one ?? []);
    const only = chooseColumns(of, chosen, pickedAt(values.args) ?? call);
    return setMade(
      machine,
      of,
      only,
      call,
      values,
      expressions.filter((_, at) => picks[at] === undefined),
    );
  }
  return setMade(
    machine,
    of,
    frame(copyTable(of.shape.table), of.rows, of.traces),
    call,
    values,
    expressions,
  );
}

function pickedAt(args: readonly Value[]): PyNode | undefined {
  for (const { shape } of args) if (shape.kind === "names") return shape.at;
  return undefined;
}

function setMade(
  machine: Machine,
  from: Value,
  into: Value,
  call: Call,
  values: Arguments,
  expressions: readonly Value[],
): Value {
  if (into.shape.kind !== "table") return into;
  const { table } = into.shape;
  for (const one of expressions) {
    const { name, value } = resolved(machine, one, from, false, nodeOf(call, one, values));
    if (name === undefined || name === "?") {
      const traces = value.traces.filter(({ kind }) => kind !== "target" && kind !== "id");
      table.others = joinTraces(table.others, traces);
      if (
        one.shape.kind === "expression" &&
        one.shape.expression.reads.some((read) => read.name === undefined)
      )
        table.open = true;
    } else table.columns.set(name, derived(machine, name, value, nodeOf(call, one, values)));
  }
  for (const [name, one] of values.named) {
    const called =
      one.shape.kind === "function"
        ? machine.enter(one.shape.own, { args: [from], named: new Map() }, call, machine.place)
        : one;
    const { value } = resolved(machine, asExpression(called), from, false, call);
    table.columns.set(
      name,
      derived(machine, name, called.shape.kind === "expression" ? value : called, call),
    );
  }
  return into;
}

/** The argument that a value was made of, to point at. */
function nodeOf(call: Call, value: Value, values: Arguments): PyNode {
  const at = values.args.indexOf(value);
  const node = at === -1 || values.args.length !== call.args.length ? undefined : call.args[at];
  return node ?? call;
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
  if (first?.shape.kind === "index")
    return machine.evaluate(call, { names: new Map(), parent: undefined, file: machine.place });
  return filtered(of);
}

function queried(of: Value, { args }: Arguments): Value {
  const text = pathOf(args[0] ?? unknown) ?? "";
  const found = /fold\w*\s*(==|!=)/i.exec(text);
  if (found === null) return filtered(of);
  const part = found[1] === "==" ? 4 : 2;
  return { ...filtered(of), rows: part };
}

function sampled(machine: Machine, of: Value, call: Call): Value {
  const again = call.keywords.find(({ arg }) => arg === "replace" || arg === "with_replacement");
  if (!isConstant(again?.value, true) || !mayBeAll(of.rows)) return of;
  return withTraces(of, [{ kind: "repeated", file: machine.place, at: call }]);
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

function applied(machine: Machine, of: Value, { args, named }: Arguments, call: Call): Value {
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
function correlated(machine: Machine, of: Value, call: Call): Value {
  const inner = deep(of);
  if (!has(inner.traces, "target") || !mayBeAll(of.rows)) return plain();
  return plain(0, [{ kind: "target-statistic", file: machine.place, at: call }]);
}

function seriesMethod(
  machine: Machine,
  of: Value,
  call: Call,
  name: string,
  values: Arguments,
): Value {
  if (of.shape.kind === "window") return series(of.rows, deep(of).traces);
  if (/^(rolling|expanding|ewm)$/.test(name)) return { ...of, shape: { kind: "window", base: of } };
  if (name === "shift") return looksBack(call) ? without(of, "target") : of;
  if (statistics.test(name)) return aggregated(machine, of, values, call);
  if (/^(argmax|argmin|idxmax|idxmin)$/.test(name))
    return (
      searched(machine, { args: [of, ...values.args], named: values.named }, call) ??
      series(of.rows, of.traces)
    );
  if (/^(rank|value_counts)$/.test(name) && inFeatures(machine)) sayRowStatistic(machine, call);
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

function namesMethod(of: Value, call: Call, name: string, { args }: Arguments): Value {
  if (of.shape.kind !== "names") return of;
  const { picks, at } = of.shape;
  if (/^(difference|drop)$/.test(name)) {
    const out = picksOf(args[0] ?? unknown);
    return namesValue(
      picks.map((pick) => exceptThese(pick, out)),
      at ?? call,
      of.traces,
    );
  }
  if (/^(tolist|to_list|copy|sort|values|union|append|to_numpy|unique)$/.test(name)) {
    const more: readonly Pick[] = /^(union|append)$/.test(name)
      ? (picksOf(args[0] ?? unknown) ?? [unsurePick])
      : [];
    return namesValue([...picks, ...more], at, of.traces);
  }
  if (/^(get_loc|index|isin|str|contains)$/.test(name)) return plain();
  return namesValue([...picks.map((pick) => ({ ...pick, sure: false }))], at, of.traces);
}

function listMethod(
  machine: Machine,
  of: Value,
  name: string,
  values: Arguments,
  call: Call,
): Value {
  const { shape } = of;
  const [first = unknown] = values.args;
  if (shape.kind === "items") {
    if (name === "append" || name === "add") {
      if (shape.items.length > 30) shape.items[0] = join(shape.items[0], first);
      else shape.items.push(first);
      if (machine.loops.length > 0) shape.loose = true;
      return unknown;
    }
    if (name === "extend") {
      const more =
        first.shape.kind === "items"
          ? first.shape.items
          : [first.shape.kind === "names" ? first : elementOf(first.shape)];
      shape.items.push(...more);
      if (first.shape.kind !== "items") shape.loose = true;
      return unknown;
    }
    if (name === "remove") {
      const text = textOf(first);
      const at = shape.items.findIndex((item) => textOf(item) === text);
      if (at !== -1) shape.items.splice(at, 1);
      return unknown;
    }
  }
  if (shape.kind === "many" && /^(append|add|extend)$/.test(name)) {
    shape.box.item = join(shape.box.item, name === "extend" ? elementOf(first.shape) : first);
    return unknown;
  }
  if (name === "pop") return elementOf(shape);
  return name === "copy" ? of : mixedMethod(machine, of, values, call, name);
}

function mixedMethod(
  machine: Machine,
  of: Value,
  values: Arguments,
  call: Call,
  name: string,
): Value {
  if (/^(argmax|argmin)$/.test(name))
    return (
      searched(machine, { args: [of, ...values.args], named: values.named }, call) ?? mixed([of])
    );
  return mixed([of, ...given(values)]);
}

function dictMethod(of: Value, name: string, { args, named }: Arguments): Value {
  if (of.shape.kind !== "dict") return of;
  const all = elementOf(of.shape);
  if (name === "items") return many(items([unknown, all]));
  if (name === "values") return many(all);
  if (name === "get" || name === "pop" || name === "setdefault") {
    const text = textOf(args[0] ?? unknown);
    return (text === undefined ? undefined : of.shape.entries.get(text)) ?? join(all, args[1]);
  }
  if (name === "update") {
    const [first] = args;
    if (first?.shape.kind === "dict")
      for (const [key, value] of first.shape.entries) of.shape.entries.set(key, value);
    for (const [key, value] of named) of.shape.entries.set(key, value);
    return unknown;
  }
  if (name === "keys") return unknown;
  return name === "copy" ? of : all;
}

function textMethod(
  machine: Machine,
  of: Value,
  name: string,
  { args, named }: Arguments,
  call: Call,
): Value {
  if (/^(joinpath|with_name)$/.test(name))
    return pathValue([of, ...args].map((one) => pathOf(one) ?? "").join("/"));
  if (name === "format") return pathValue(pathOf(of) ?? "");
  if (name === "write_text" || name === "write_bytes") return unknown;
  if (/^(resolve|absolute|with_suffix|expanduser|strip|as_posix|open)$/.test(name))
    return pathValue(pathOf(of) ?? "");
  if (name === "split") return many(unknown);
  const result = mixed([...args, ...named.values()]);
  return result.rows === 0 && result.traces.length === 0
    ? unknown
    : libraryCall(machine, name, { args, named }, call);
}

function anyMethod(
  machine: Machine,
  of: Value,
  call: Call,
  name: string,
  values: Arguments,
): Value {
  const { shape } = of;
  if (/^(argmax|argmin)$/.test(name))
    return searched(machine, { args: [of, ...values.args], named: values.named }, call) ?? of;
  if (name === "optimize" || name === "maximize" || name === "minimize")
    return searched(machine, values, call) ?? unknown;
  if (statistics.test(name) && !acrossColumns(values) && isRows(of))
    return aggregated(machine, of, values, call);
  if (/^(groupby|group_by)$/.test(name))
    return {
      rows: of.rows,
      traces: of.traces,
      shape: { kind: "grouped", base: of, picked: undefined },
    };
  if (
    /^(submit|map|apply|apply_async|starmap)$/.test(name) &&
    values.args[0]?.shape.kind === "function"
  ) {
    const rest = name === "submit" ? values.args.slice(1) : values.args.slice(1).map(iterated);
    return many(
      machine.enter(
        values.args[0].shape.own,
        { args: rest, named: values.named },
        call,
        machine.place,
      ),
    );
  }
  if (shape.kind === "any" && /^(concat|vstack)$/.test(name))
    return concatRows(machine, { args: [of, ...values.args], named: values.named }, call);
  if (/^(log_metrics?)$/.test(name)) return unknown;
  const callbacks = values.args.flatMap((value) =>
    value.shape.kind === "function"
      ? [machine.enter(value.shape.own, { args: [], named: new Map() }, call, machine.place)]
      : [],
  );
  if (shape.kind === "thing") return mixed([of, ...given(values), ...callbacks]);
  if (shape.kind === "made")
    return mixed([plain(of.rows, of.traces), ...given(values), ...callbacks]);
  return mixed([
    { ...of, shape: shape.kind === "any" ? shape : { kind: "any" } },
    ...given(values),
    ...callbacks,
  ]);
}
