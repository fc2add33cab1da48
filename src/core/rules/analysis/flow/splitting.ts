import type { Call } from "../python-tree.ts";
import { entersModel, hidesColumns } from "./datasets.ts";
import { deep, mixed } from "./joining.ts";
import { type Arguments, given, type Machine, outerLoops } from "./machine.ts";
import { sayMixed, startFolds } from "./rows.ts";
import { copyTable, frame } from "./table.ts";
import {
  Fit,
  Held,
  indexOf,
  items,
  mayBeAll,
  partOfRows,
  plain,
  series,
  type Trace,
  unknown,
  type Value,
} from "./values.ts";

/** `cross_val_predict(model, X, y)` and its kind: folds of their own. */
export function crossValidated(
  machine: Machine,
  call: Call,
  name: string,
  values: Arguments,
): Value {
  const X = values.args[1] ?? values.named.get("X");
  const y = values.args[2] ?? values.named.get("y");
  if (X === undefined) return unknown;
  const inner = deep(X);
  const outer = mayBeAll(inner.rows) && (inner.rows & (Fit | Held)) === 0;
  if (outer) {
    sayMixed(machine, inner, call);
    const model = values.args[0]?.shape;
    entersModel(
      machine,
      X,
      y,
      call,
      hidesColumns(model?.kind === "made" ? model.made : undefined),
      true,
    );
    startFolds(machine);
  }
  if (name !== "cross_val_predict" || !outer) return plain(inner.rows);
  const loops = outerLoops(machine);
  const trace: Trace = {
    kind: "oof",
    file: machine.place,
    at: call,
    loops,
    frame: machine.frames.at(-1),
  };
  return series(inner.rows, [trace]);
}

/** The pairs of row numbers that a splitter gives; of a fold's training rows, inner ones. */
export function splitRows(machine: Machine, call: Call, values: Arguments): Value {
  const all = given(values).map(deep);
  const inner = mixed(all);
  const isInner = !mayBeAll(inner.rows) && (inner.rows & Fit) !== 0;
  if (!isInner) for (const value of all) sayMixed(machine, value, call);
  return items([indexOf(Fit), indexOf(isInner ? Fit : Held)]);
}

/** `train_test_split(X, y)`: each in two parts. */
export function splitTwice(machine: Machine, { args }: Arguments, call: Call): Value {
  const parts = args.flatMap((value) => {
    const { rows } = deep(value);
    const isInner = !mayBeAll(rows);
    if (!isInner) sayMixed(machine, deep(value), call);
    const own =
      value.shape.kind === "table"
        ? frame(copyTable(value.shape.table), rows, value.traces)
        : value;
    const of = (part: number): Value => ({ ...own, rows: isInner ? rows : partOfRows(rows, part) });
    // Of what was held out, the first part is there to choose with, the second for the score.
    return isInner && (rows & Held) !== 0 ? [{ ...own, rows: Fit }, own] : [of(Fit), of(Held)];
  });
  if (args.some((value) => mayBeAll(deep(value).rows))) startFolds(machine);
  return items(parts);
}
