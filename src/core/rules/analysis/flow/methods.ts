import type { Call } from "../python-tree.ts";
import { expressionMethod } from "./expression-methods.ts";
import { groupedMethod } from "./groups.ts";
import { iterated } from "./iterated.ts";
import { mixed } from "./joining.ts";
import { libraryCall } from "./library.ts";
import { dictMethod, listMethod, namesMethod } from "./list-methods.ts";
import { type Arguments, given, type Machine } from "./machine.ts";
import { fit, predicted, transformed } from "./models.ts";
import { seriesMethod } from "./series-methods.ts";
import { splitRows } from "./splitting.ts";
import { concatRows } from "./stacking.ts";
import { acrossColumns, aggregated, isRows, searched, statisticName } from "./statistics.ts";
import { tableMethod } from "./table-methods.ts";
import {
  many,
  pathOf,
  pathValue,
  plain,
  type Scope,
  unknown,
  type Value,
  without,
} from "./values.ts";

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
  if (/^(r?split|partition)$/.test(name))
    return methodCall(machine, without(of, "id"), call, "parts", values, scope);
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
  if (statisticName.test(name) && !acrossColumns(values) && isRows(of))
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
