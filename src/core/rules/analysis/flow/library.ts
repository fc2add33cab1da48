import { type Call, keyword } from "../python-tree.ts";
import { dataset, trained } from "./datasets.ts";
import { pathCall, readFile, written } from "./files.ts";
import { elementsOf, indexLike, iteration, sized } from "./iteration.ts";
import { mixed } from "./joining.ts";
import { type Arguments, given, type Machine } from "./machine.ts";
import { madeFrame, madeObject } from "./objects.ts";
import { polarsCall } from "./polars.ts";
import { checkScore } from "./scores.ts";
import { crossValidated, splitTwice } from "./splitting.ts";
import { columnBind, concatRows } from "./stacking.ts";
import { aggregated, repeated, searched, supervised } from "./statistics.ts";
import {
  pathOf,
  pathValue,
  plain,
  series,
  textOf,
  unknown,
  type Value,
  without,
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
    return polarsCall(name, values, call);
  if (readers.test(last)) return readFile(machine, values, call);
  if (last === "open") return { ...pathValue(pathOf(first) ?? ""), rows: 0 };
  if (sizes.test(last)) return sized(last, values);
  if (last === "arange" || last === "range") return indexLike(values);
  if (/^(Path|PurePath|str|join|abspath|resolve|dirname|fspath|expanduser|joinpath)$/.test(last))
    return pathCall(values);
  if (/^(concat|concatenate|vstack|append|cat|row_stack|r_)$/.test(last))
    return concatRows(machine, values, call);
  if (/^(hstack|column_stack|c_)$/.test(last)) return columnBind(elementsOf(first));
  if (/^(DataFrame|LazyFrame)$/.test(last)) return madeFrame(machine, values, call);
  if (last === "train_test_split") return splitTwice(machine, values, call);
  if (cross.test(last)) return crossValidated(machine, call, last, values);
  if (/^(lightgbm|lgb|xgboost|xgb|catboost)\.(train)$/.test(name))
    return trained(machine, call, "booster", values);
  if (
    /^(Dataset|DMatrix|QuantileDMatrix|Pool)$/.test(last) &&
    !/torch|datasets\.|transformers/.test(name)
  )
    return dataset(machine, call, last, values);
  if (/^(roll|shift)$/.test(last)) return without(mixed(given(values)), "target");
  if (/^d?stack$/.test(last)) return mixed(given(values));
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
  if (/^[A-Z]/.test(last)) return madeObject(machine, last, values, call);
  if (/^(make_pipeline|make_column_transformer|make_union|make_imb_pipeline)$/.test(last))
    return madeObject(machine, last, values, call);
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
