import { checkRowStatistic } from "./features.ts";
import { type Call, keyword } from "../python-tree.ts";
import { deep, mixed } from "./joining.ts";
import { type Arguments, given, type Machine, seenFrom } from "./machine.ts";
import { statistic } from "./rows.ts";
import { scoresOof } from "./scores.ts";
import {
  has,
  joinTraces,
  mayBeAll,
  plain,
  series,
  unknown,
  type Value,
  withTraces,
} from "./values.ts";

/** Methods that make one value of many rows. */
export const statisticName =
  /^(mean|median|std|var|sum|min|max|quantile|mode|skew|kurt|kurtosis|sem|prod|describe)$/;

/** A choice by how well something does; where it is the OOF predictions' own score, it knows their targets. */
export function searched(machine: Machine, values: Arguments, call: Call): Value | undefined {
  const called = [...values.args, ...values.named.values()].flatMap((value) =>
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
  if (isRows(of)) checkRowStatistic(machine, of, call);
  const inner = deep(of);
  return plain(inner.rows, statistic(machine, { ...of, traces: inner.traces }, false, call));
}

/** Whether a value has a row for each of the data's. */
export function isRows({ shape }: Value): boolean {
  return shape.kind === "table" || shape.kind === "series" || shape.kind === "window";
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
export function supervised(machine: Machine, values: Arguments, call: Call): Value {
  const all = mixed(given(values));
  if (!has(all.traces, "target") || !mayBeAll(all.rows)) return plain();
  return plain(0, [{ kind: "target-statistic", file: machine.place, at: call }]);
}

export function repeated(name: string, values: Arguments, call: Call, machine: Machine): Value {
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
