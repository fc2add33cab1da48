import { type Call, calledName, keyword } from "../python-tree.ts";
import { columnBind, concatRows } from "./stacking.ts";
import { iterated } from "./iterated.ts";
import { expressionValue, mergeExpressions, readOf } from "./expressions.ts";
import { deep, elementOf, mixed } from "./joining.ts";
import { type Arguments, given, type Machine, report, seenFrom } from "./machine.ts";
import { crossValidated, dataset, inFeatures, splitTwice, trained } from "./models.ts";
import { rowsOfFile } from "./paths.ts";
import { statistic, take } from "./rows.ts";
import { checkScore, checkWritten, scoresOof } from "./scores.ts";
import { columnNames, copyTable, frame, newTable, picksOf } from "./table.ts";
import {
  All,
  constant,
  has,
  Held,
  items,
  joinTraces,
  type Made,
  many,
  mayBeAll,
  pathOf,
  pathValue,
  plain,
  series,
  textOf,
  type Trace,
  unknown,
  type Value,
  withTraces,
} from "./values.ts";

const readers =
  /^(read|scan)_(csv|parquet|feather|excel|json|pickle|ipc|table|hdf|database|delta)$|^(load|loadtxt|genfromtxt|read_npy|memmap)$/;
const aggregates = /^(nan)?(mean|median|std|var|sum|min|max|quantile|percentile|average|prod)$/;
const searches =
  /^(nan)?(argmax|argmin)$|^(max|min|sorted|minimize|minimize_scalar|differential_evolution|basinhopping|brute|fmin|fmin_\w+|gp_minimize|forest_minimize)$/;
const sizes =
  /^(len|zeros|ones|full|empty|zeros_like|ones_like|full_like|empty_like|print|isinstance|type|rand|randn|shape)$/;
const cross = /^cross_val_(score|predict)$|^cross_validate$/;

/** A call of something that is not the experiment's own, by its full name. */
export function libraryCall(machine: Machine, name: string, values: Arguments, call: Call): Value {
  const last = name.split(".").at(-1)!;
  const { args } = values;
  const [first = unknown] = args;
  if (name.startsWith("polars.") && !/^(read|scan)_|^(concat|DataFrame|from_\w+)$/.test(last))
    return polarsCall(name, values);
  if (readers.test(last)) return readFile(machine, values, call);
  if (last === "open") return { ...pathValue(pathOf(first) ?? ""), rows: 0 };
  if (sizes.test(last)) return sized(last, values);
  if (last === "arange" || last === "range") return indexLike(values);
  if (/^(Path|PurePath|str|join|abspath|resolve|dirname|fspath|expanduser|joinpath)$/.test(last))
    return pathCall(values);
  if (/^(concat|concatenate|vstack|append|cat|row_stack|r_)$/.test(last))
    return concatRows(machine, values, call);
  if (/^(hstack|column_stack|c_)$/.test(last)) return columnBind(elementsOf(first));
  if (/^(DataFrame|LazyFrame)$/.test(last)) return madeFrame(values, call);
  if (last === "train_test_split") return splitTwice(machine, values, call);
  if (cross.test(last)) return crossValidated(machine, call, last, values);
  if (/^(lightgbm|lgb|xgboost|xgb|catboost)\.(train)$/.test(name))
    return trained(machine, call, "booster", values);
  if (
    /^(Dataset|DMatrix|QuantileDMatrix|Pool)$/.test(last) &&
    !/torch|datasets\.|transformers/.test(name)
  )
    return dataset(machine, call, last, values);
  const builtin = iteration(machine, last, values, call);
  if (builtin !== undefined) return builtin;
  if (/^(mutual_info_|f_|r_)(classif|regression)$|^chi2$/.test(last))
    return supervised(machine, values, call);
  if (searches.test(last)) {
    const found = searched(machine, values, call);
    if (found !== undefined) return found;
  }
  if (aggregates.test(last)) return aggregated(machine, first, values, call);
  if (/^(repeat|tile)$/.test(last) || keyword(call, "replace") !== undefined)
    return repeated(last, values, call, machine);
  if (last === "dump" || last === "save" || last === "savetxt" || last === "savez")
    return written(machine, values, call);
  if (/^log_metrics?$/.test(last)) {
    const key = textOf(first);
    if (key !== undefined && args[1] !== undefined) checkScore(machine, key, args[1], call);
    return unknown;
  }
  if (/^[A-Z]/.test(last)) return made(machine, last, values, call);
  if (/^(make_pipeline|make_column_transformer|make_union|make_imb_pipeline)$/.test(last))
    return made(machine, last, values, call);
  if (last === "early_stopping")
    return plain(0, [{ kind: "stops", file: machine.place, at: call }]);
  return other(machine, values, call);
}

/** Functions that are given on, called with what is not known. */
function other(machine: Machine, values: Arguments, call: Call): Value {
  const results = [...values.args, ...values.named.values()].flatMap((value) =>
    value.shape.kind === "function"
      ? [machine.enter(value.shape.own, { args: [], named: new Map() }, call, machine.place)]
      : [],
  );
  const all = given(values);
  const result = mixed([...all.filter(({ shape }) => shape.kind !== "function"), ...results]);
  const rowwise = all.some(({ shape }) => shape.kind === "series" || shape.kind === "table");
  return rowwise && result.shape.kind === "any" ? series(result.rows, result.traces) : result;
}

/** A library's object: a model, a transformer, a splitter, a loader. */
function made(machine: Machine, name: string, values: Arguments, call: Call): Value {
  const all = given(values);
  const inner = mixed(all);
  const parts = all.flatMap(partNames);
  let traces: readonly Trace[] = inner.traces.filter(({ kind }) => kind === "stops");
  const stops = /^(EarlyStopping|EarlyStoppingCallback|ModelCheckpoint)$/.test(name);
  const rounds = values.named.get("early_stopping_rounds");
  const asked =
    rounds !== undefined && !(rounds.shape.kind === "constant" && rounds.shape.value === null);
  const best = keyword(call, "load_best_model_at_end");
  const loads = best !== undefined && !(best.nodeType === "Constant" && best.value === false);
  if (stops || asked || loads) {
    const trace: Trace = {
      kind: "stops",
      file: machine.place,
      at: call,
      ...(loads ? { what: "arguments" } : {}),
    };
    traces = joinTraces(traces, [trace]);
  }
  const result: Made = { name, parts, fitted: undefined, call };
  const value: Value = {
    rows: inner.rows,
    traces: joinTraces(
      inner.traces.filter(({ kind }) => kind !== "stops"),
      traces,
    ),
    shape: { kind: "made", made: result },
  };
  if (/Trainer$/.test(name)) watchTrainer(machine, result, value, call, values);
  return value;
}

/** transformers' Trainer is given its data when it is made. */
function watchTrainer(
  machine: Machine,
  result: Made,
  value: Value,
  call: Call,
  values: Arguments,
): void {
  const shown = values.named.get("eval_dataset");
  if (shown === undefined || (deep(shown).rows & Held) === 0) return;
  const asked = deep(value).traces.find(({ kind }) => kind === "stops");
  if (asked === undefined) return;
  result.stopped = { file: asked.file, at: asked.at ?? call };
}

function partNames(value: Value): string[] {
  const { shape } = value;
  if (shape.kind === "made") return [shape.made.name, ...shape.made.parts];
  if (shape.kind === "items") return shape.items.flatMap(partNames);
  return shape.kind === "many" ? partNames(shape.box.item) : [];
}

function polarsCall(full: string, values: Arguments): Value {
  const { args } = values;
  const name = full.split(".").at(-1)!;
  if (full.startsWith("polars.selectors")) return expressionValue({ reads: [readOf(undefined)] });
  if (/^(col|all|exclude|nth|first|last)$/.test(name)) {
    const picks = args.flatMap((one) => picksOf(one) ?? [{ except: [], sure: false }]);
    const reads = picks.flatMap(({ only }) =>
      only === undefined ? [readOf(undefined)] : only.map(readOf),
    );
    return expressionValue({ reads: reads.length === 0 ? [readOf(undefined)] : reads });
  }
  if (/^(mean|median|std|var|sum|min|max|quantile)$/.test(name)) {
    const texts = args.flatMap((one) => picksOf(one)?.flatMap(({ only }) => only ?? []) ?? []);
    return expressionValue({ reads: texts.map((text) => ({ ...readOf(text), statistic: true })) });
  }
  if (/^(Series|lit)$/.test(name)) {
    const data = args.at(-1) ?? unknown;
    const inner = deep(data);
    const alias = name === "Series" && args.length > 1 ? textOf(args[0]!) : undefined;
    return expressionValue(
      { reads: [], ...(alias === undefined ? {} : { alias }) },
      { ...inner, shape: { kind: "any" } },
    );
  }
  if (/^[A-Z]\w*$/.test(name)) return unknown;
  return mergeExpressions(given(values).map(asExpression));
}

/** A text among expressions is the name of a column. */
export function asExpression(value: Value): Value {
  const text = textOf(value);
  return text === undefined ? value : expressionValue({ reads: [readOf(text)] });
}

function readFile(machine: Machine, values: Arguments, call: Call): Value {
  const path = values.args.map(pathOf).find((one) => one !== undefined) ?? "";
  const { rows, solution = false, oof = false } = rowsOfFile(path);
  const traces: Trace[] = [];
  const here = { file: machine.place, at: call };
  if (solution) traces.push({ kind: "solution", ...here });
  if (oof) traces.push({ kind: "oof", ...here, loops: [], frame: machine.frames.at(-1) });
  if (
    /^(load|loadtxt|genfromtxt|memmap)$/.test(lastName(call)) &&
    rows === 0 &&
    traces.length === 0
  )
    return unknown;
  const table = newTable(true);
  const raw = (kind: "target" | "id", name: string): Value =>
    series(0, [{ kind, file: machine.place, what: name }]);
  const limited =
    keyword(call, "usecols") ?? keyword(call, "columns") ?? keyword(call, "index_col");
  if ((rows & All) !== 0 && !oof && limited === undefined) {
    for (const target of machine.targets) table.columns.set(target, raw("target", target));
  }
  if (rows !== 0 && machine.id !== undefined && limited === undefined)
    table.columns.set(machine.id, raw("id", machine.id));
  return frame(table, rows, traces);
}

function lastName({ func }: Call): string {
  return func.nodeType === "Attribute" ? func.attr : func.nodeType === "Name" ? func.id : "";
}

function sized(name: string, values: Arguments): Value {
  if (name === "print" || name === "isinstance" || name === "type") return unknown;
  const rows = given(values).reduce((sum, value) => sum | deep(value).rows, 0);
  return name === "len" || name === "shape" ? plain(rows) : series(rows);
}

/** Row numbers, where they are as many as something has rows. */
function indexLike(values: Arguments): Value {
  const rows = given(values).reduce((sum, value) => sum | value.rows, 0);
  return rows === 0 ? unknown : { rows, traces: [], shape: { kind: "index" } };
}

function pathCall({ args }: Arguments): Value {
  const known = args.map(pathOf);
  if (known.every((one) => one === undefined)) return mixed(args);
  const all = args.every((one) => textOf(one) !== undefined);
  const text = known.map((one) => one ?? "").join("/");
  return all && args.length === 1 ? constant(text) : pathValue(text);
}

export function elementsOf(value: Value): Value[] {
  const { shape } = value;
  if (shape.kind === "items") return shape.items;
  return [shape.kind === "many" ? shape.box.item : value];
}

function madeFrame(values: Arguments, call: Call): Value {
  const data = values.args[0] ?? values.named.get("data");
  const index = values.named.get("index");
  const columns = values.args[2] ?? values.named.get("columns") ?? values.named.get("schema");
  if (data === undefined) return frame(newTable(false), index?.rows ?? 0);
  if (data.shape.kind === "dict") {
    const table = newTable(false);
    let rows = index?.rows ?? 0;
    for (const [name, value] of data.shape.entries) {
      const inner = deep(value);
      rows |= inner.rows;
      table.columns.set(
        name,
        series(
          inner.rows,
          inner.traces.map((trace) =>
            trace.at === undefined && trace.what !== name ? { ...trace, at: call } : trace,
          ),
        ),
      );
    }
    table.others = deep(data.shape.rest.item).traces;
    return frame(table, rows);
  }
  if (data.shape.kind === "table")
    return frame(copyTable(data.shape.table), data.rows, data.traces);
  const inner = deep(data);
  const table = newTable(columns === undefined);
  const texts =
    columns === undefined ? [] : (picksOf(columns) ?? []).flatMap(({ only }) => only ?? []);
  for (const text of texts) table.columns.set(text, series(inner.rows));
  const traces = inner.traces.filter(({ kind }) => kind !== "target" && kind !== "id");
  return frame(table, inner.rows, traces);
}

/** What goes over something, or makes a list of it. */
function iteration(
  machine: Machine,
  name: string,
  values: Arguments,
  call: Call,
): Value | undefined {
  const { args } = values;
  const [first = unknown] = args;
  switch (name) {
    case "list":
    case "tuple":
    case "set":
    case "sorted":
    case "reversed":
    case "tqdm":
    case "trange":
    case "track":
    case "iter":
    case "array":
    case "asarray":
    case "deepcopy":
    case "copy":
    case "clone":
    case "delayed":
    case "ascontiguousarray":
    case "from_numpy":
    case "tensor":
    case "as_tensor":
    case "FloatTensor":
    case "from_pandas":
      return copied(name, first);
    case "enumerate":
      return many(items([unknown, iterated(first)]));
    case "zip":
      return many(items(args.map(iterated)));
    case "next":
      return elementOf(first.shape);
    case "dict": {
      const entries = new Map(values.named);
      for (const [key, value] of entries) checkScore(machine, key, value, call);
      const stops = entries.has("early_stopping_rounds");
      const traces: Trace[] = stops ? [{ kind: "stops", file: machine.place, at: call }] : [];
      return { rows: 0, traces, shape: { kind: "dict", entries, rest: { item: first } } };
    }
    case "partial": {
      if (first.shape.kind !== "function") return undefined;
      const own = { ...first.shape.own, given: args.slice(1), named: values.named };
      return { ...first, shape: { kind: "function", own } };
    }
    case "map":
    case "Parallel":
    case "submit":
    case "starmap": {
      if (first.shape.kind !== "function") return undefined;
      const each = name === "submit" ? args.slice(1) : args.slice(1).map(iterated);
      return many(
        machine.enter(first.shape.own, { args: each, named: new Map() }, call, machine.place),
      );
    }
    case "where":
    case "flatnonzero":
    case "nonzero":
      return args.length === 1 && first.shape.kind === "index" ? first : undefined;
    case "take":
    case "Subset":
      return args[1]?.shape.kind === "index" ? take(machine, first, args[1], call) : undefined;
    default:
      return undefined;
  }
}

function copied(name: string, value: Value): Value {
  if (value.shape.kind === "table") {
    if (/^(list|tuple|set|sorted)$/.test(name)) return columnNames(value);
    return frame(copyTable(value.shape.table), value.rows, value.traces);
  }
  if (value.shape.kind === "items")
    return { ...value, shape: { ...value.shape, items: [...value.shape.items] } };
  return value;
}

/** A choice by how well something does; where it is the OOF predictions' own score, it knows their targets. */
export function searched(machine: Machine, values: Arguments, call: Call): Value | undefined {
  const called = values.args.flatMap((value) =>
    value.shape.kind === "function"
      ? [machine.enter(value.shape.own, { args: [], named: new Map() }, call, machine.place)]
      : [],
  );
  const all = mixed([...given(values), ...called]);
  const oof = scoresOof(machine, all, undefined);
  if (oof === undefined) return undefined;
  const place = seenFrom(machine, machine.place, call, (one) => one === oof.frame || one.ranFolds);
  return plain(all.rows, joinTraces(all.traces, [{ kind: "chosen", ...place }]));
}

export function aggregated(machine: Machine, of: Value, values: Arguments, call: Call): Value {
  if (acrossColumns(values)) return series(of.rows, deep(of).traces);
  if (of.shape.kind === "items" || of.shape.kind === "many") return mixed([of]);
  if (isRows(of) && inFeatures(machine)) sayRowStatistic(machine, call);
  const inner = deep(of);
  return plain(inner.rows, statistic(machine, { ...of, traces: inner.traces }, false, call));
}

/** Whether a value has a row for each of the data's. */
export function isRows({ shape }: Value): boolean {
  return shape.kind === "table" || shape.kind === "series" || shape.kind === "window";
}

export function sayRowStatistic(machine: Machine, call: Call): void {
  report(machine, {
    kind: "row-statistic",
    file: machine.place,
    at: call,
    what: `${calledName(call)}()`,
  });
}

/** Whether an axis is named that is not that of the rows. */
export function acrossColumns({ named, args }: Arguments): boolean {
  const axis = named.get("axis") ?? named.get("dim") ?? (args.length > 1 ? args[1] : undefined);
  if (axis === undefined) return false;
  if (axis.shape.kind === "constant")
    return axis.shape.value !== 0 && axis.shape.value !== null && axis.shape.value !== "index";
  if (axis.shape.kind === "items")
    return !axis.shape.items.some(({ shape }) => shape.kind === "constant" && shape.value === 0);
  return true;
}

/** What tells columns apart by the target: over all rows it is a leak wherever it chooses features. */
function supervised(machine: Machine, values: Arguments, call: Call): Value {
  const all = mixed(given(values));
  if (!has(all.traces, "target") || !mayBeAll(all.rows)) return plain();
  return plain(0, [{ kind: "target-statistic", file: machine.place, at: call }]);
}

function repeated(name: string, values: Arguments, call: Call, machine: Machine): Value {
  const result = mixed(given(values));
  const again = keyword(call, "replace");
  const asked =
    /^(repeat|tile)$/.test(name) || (again?.nodeType === "Constant" && again.value === true);
  const data = deep(values.args[0] ?? unknown);
  if (!asked || !mayBeAll(data.rows) || data.rows === 0 || result.shape.kind === "index")
    return result;
  if (name === "tile" && isRows(values.args[0] ?? unknown) === false) return result;
  return withTraces({ ...result, shape: { kind: "series" } }, [
    { kind: "repeated", file: machine.place, at: call },
  ]);
}

function written(machine: Machine, values: Arguments, call: Call): Value {
  const all = given(values);
  for (const path of all) {
    const text = pathOf(path);
    if (text === undefined) continue;
    for (const value of all) if (value !== path) checkWritten(machine, text, value, call);
  }
  return unknown;
}
