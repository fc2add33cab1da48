import type { Call, PyNode } from "../python-tree.ts";
import { deep } from "./joining.ts";
import { type Arguments, type Machine, report, reportTrace } from "./machine.ts";
import { watchesHeld } from "./stopping.ts";
import { Fit, has, Held, joinTraces, type Made, unknown, type Value } from "./values.ts";

/** What a call is given as the rows to learn from, and as their targets. */
export function learningData({ args, named }: Arguments): {
  X: Value | undefined;
  y: Value | undefined;
} {
  const find = (names: readonly string[]) =>
    names.map((name) => named.get(name)).find((value) => value !== undefined);
  return {
    X:
      args[0] ??
      find(["X", "x", "data", "X_train", "training_data", "train_set", "dtrain", "pool"]),
    y: args[1] ?? find(["y", "label", "labels", "target", "y_train"]),
  };
}

/** Datasets of LightGBM, XGBoost and CatBoost hold their labels themselves. */
export function isData({ shape }: Value): boolean {
  return shape.kind === "made" && /^(Dataset|Pool|\w*DMatrix)$/.test(shape.made.name);
}

/** Whether what is fitted chooses among the columns that it is given. */
export function hidesColumns(made: Made | undefined): boolean {
  return (
    made === undefined ||
    [made.name, ...made.parts].some((one) =>
      /ColumnTransformer|column_transformer|ColumnSelector|FunctionTransformer|DataFrameMapper/i.test(
        one,
      ),
    )
  );
}

/** Whether a frame surely still has the target among its columns. */
export function holdsTarget({ shape }: Value): boolean {
  if (shape.kind !== "table") return false;
  const columns = [...shape.table.columns.values()];
  return columns.some(({ traces }) => has(traces, "target"));
}

/** Features that a fold's model learns from or predicts with. */
export function entersModel(
  machine: Machine,
  X: Value,
  y: Value | undefined,
  at: PyNode,
  hidden: boolean,
  everyRow = false,
): void {
  const inner = deep(X);
  if (!everyRow && (inner.rows & (Fit | Held)) === 0) {
    saySolution(machine, inner, at);
    return;
  }
  saySolution(machine, inner, at);
  const chosenAt = X.shape.kind === "table" ? X.shape.table.chosenAt : undefined;
  for (const trace of inner.traces) {
    if (trace.kind === "target-statistic") reportTrace(machine, "target-statistic", trace, at);
    if (trace.kind === "fitted-on-target") reportTrace(machine, "fitted-on-target", trace, at);
    if (
      hidden ||
      y === undefined ||
      X.shape.kind === "any" ||
      X.shape.kind === "made" ||
      X.shape.kind === "items" ||
      X.shape.kind === "many"
    )
      continue;
    if (trace.kind === "target") reportTrace(machine, "feature-from-target", trace, chosenAt ?? at);
    if (trace.kind === "id")
      report(machine, {
        kind: "id-feature",
        file: trace.file,
        at: trace.at ?? chosenAt ?? at,
        what: trace.what,
        mild: trace.at === undefined,
      });
  }
}

export function saySolution(machine: Machine, { traces }: Value, at: PyNode): void {
  for (const trace of traces) {
    if (trace.kind === "solution") reportTrace(machine, "solution", trace, at);
  }
}

/** `lgb.train(params, data, ...)` and its kind give a model. */
export function trained(machine: Machine, call: Call, name: string, values: Arguments): Value {
  const data =
    values.args[1] ??
    values.named.get("train_set") ??
    values.named.get("dtrain") ??
    values.named.get("pool");
  const inner = data === undefined ? unknown : deep(data);
  const made: Made = {
    name,
    parts: [],
    call,
    fitted: {
      rows: inner.rows,
      target: has(inner.traces, "target"),
      file: machine.place,
      at: call,
      traces: inner.traces.filter(({ kind }) => kind !== "target"),
    },
  };
  watchesHeld(machine, made, unknown, call, values);
  return { rows: 0, traces: [], shape: { kind: "made", made } };
}

/** `lgb.Dataset(X, y)`, `xgb.DMatrix(X, y)`, `Pool(X, y)`: what a model is given. */
export function dataset(machine: Machine, call: Call, name: string, values: Arguments): Value {
  const { X, y } = learningData(values);
  const inner = X === undefined ? unknown : deep(X);
  if (X !== undefined) entersModel(machine, X, y, call, false);
  const label = y === undefined ? [] : deep(y).traces;
  if (y !== undefined) saySolution(machine, deep(y), call);
  const features = inner.traces.filter(({ kind }) => kind !== "target");
  const made: Made = { name, parts: [], fitted: undefined, call };
  return {
    rows: inner.rows,
    traces: joinTraces(features, label),
    shape: { kind: "made", made },
  };
}
