import { strongest } from "../learners.ts";
import { type Call, identifiers, keyword, type PyNode } from "../python-tree.ts";
import { fittedTraces } from "./attributes.ts";
import { deep, mixed } from "./joining.ts";
import {
  type Arguments,
  given,
  type Machine,
  outerLoops,
  report,
  reportTrace,
  seenFrom,
} from "./machine.ts";
import { givenFrom, sayMixed, startFolds } from "./rows.ts";
import { copyTable, frame, newTable } from "./table.ts";
import {
  All,
  Fit,
  has,
  Held,
  indexOf,
  items,
  joinTraces,
  type Made,
  mayBeAll,
  partOfRows,
  plain,
  series,
  Test,
  type Trace,
  unknown,
  type Value,
} from "./values.ts";

/** What a call is given as the rows to learn from, and as their targets. */
function learningData({ args, named }: Arguments): { X: Value | undefined; y: Value | undefined } {
  const find = (names: readonly string[]) =>
    names.map((name) => named.get(name)).find((value) => value !== undefined);
  return {
    X:
      args[0] ??
      find(["X", "x", "data", "X_train", "training_data", "train_set", "dtrain", "pool"]),
    y: args[1] ?? find(["y", "label", "labels", "target", "y_train"]),
  };
}

/** `model.fit(X, y)`, `scaler.fit_transform(X)`, `sampler.fit_resample(X, y)`. */
export function fit(
  machine: Machine,
  of: Value,
  call: Call,
  name: string,
  values: Arguments,
): Value {
  const { X, y } = learningData(values);
  const made = of.shape.kind === "made" ? of.shape.made : undefined;
  if (X === undefined) return of;
  const inner = deep(X);
  const target = y === undefined ? false : has(deep(y).traces, "target");
  if (made !== undefined) {
    sayEarly(machine, made, call, X, inner, y);
    made.fitted = {
      rows: inner.rows,
      target: target || holdsTarget(X) || (isData(X) && has(inner.traces, "target")),
      file: machine.place,
      at: call,
      traces: inner.traces.filter(({ kind }) => kind !== "target"),
    };
  }
  entersModel(machine, X, y, call, hidesColumns(made));
  if (y !== undefined) saySolution(machine, deep(y), call);
  watchesHeld(machine, made, of, call, values);
  if (/resample|^fit_sample/.test(name)) return resampled(machine, X, y, call);
  if (/transform$/.test(name)) return transformed(made, X);
  return name === "fit_predict" ? predicted(machine, of, call, values) : of;
}

/** Datasets of LightGBM, XGBoost and CatBoost hold their labels themselves. */
function isData({ shape }: Value): boolean {
  return shape.kind === "made" && /^(Dataset|Pool|\w*DMatrix)$/.test(shape.made.name);
}

/** Whether what is fitted chooses among the columns that it is given. */
function hidesColumns(made: Made | undefined): boolean {
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
function holdsTarget({ shape }: Value): boolean {
  if (shape.kind !== "table") return false;
  const columns = [...shape.table.columns.values()];
  return columns.length > 0 && columns.some(({ traces }) => has(traces, "target"));
}

const predictor =
  /(Classifier|Regressor|Regression|RegressionCV|Ridge|RidgeCV|Lasso|LassoCV|LassoLars|ElasticNet|ElasticNetCV|SVC|SVR|NB|Booster|Perceptron)$/;

const partNames = /(^|_)(tr|trn|fold|external|extra|pseudo)(_|$)/i;

function sayEarly(
  machine: Machine,
  made: Made,
  call: Call,
  X: Value,
  inner: Value,
  y: Value | undefined,
): void {
  const steps = [made.name, ...made.parts];
  const known = strongest(steps);
  if (known === undefined) return;
  if (inFeatures(machine))
    report(machine, { kind: "row-statistic", file: machine.place, at: call, what: known.name });
  const { rows } = inner;
  // A model with its transformers before it is a last model, for the test set: what it predicts is another matter.
  if (steps.some((one) => predictor.test(one))) return;
  if (machine.folded || !mayBeAll(rows) || (rows & Fit) !== 0) return;
  const [node] = call.args;
  if (node === undefined || (rows === 0 && [...identifiers(node)].some((id) => partNames.test(id))))
    return;
  if (X.shape.kind === "series" && has(inner.traces, "target") && y === undefined) return;
  if (node.nodeType === "Name" && /^(y|target|targets|labels?)(_|$)/i.test(node.id)) return;
  const learns = known.learns === "rows" && holdsTarget(X) ? "target" : known.learns;
  machine.earlyFits.push({
    file: machine.place,
    call,
    name: known.name,
    learns,
    joined: (rows & Test) !== 0 && (rows & All) !== 0,
  });
}

function resampled(machine: Machine, X: Value, y: Value | undefined, at: PyNode): Value {
  const trace: Trace = { kind: "repeated", ...givenFrom(machine, at, [X]) };
  const mark = (value: Value): Value =>
    mayBeAll(value.rows) ? { ...value, traces: joinTraces(value.traces, [trace]) } : value;
  return items([mark(X), mark(y ?? unknown)]);
}

/** What a transformer makes: of one that has seen all targets, a feature that knows them. */
export function transformed(made: Made | undefined, X: Value): Value {
  const inner = deep(X);
  const kept = inner.traces.filter(({ kind }) => kind !== "target" && kind !== "id");
  const traces = joinTraces(kept, made === undefined ? [] : fittedTraces(made));
  return frame(newTable(true), inner.rows, traces);
}

/** `model.predict(X)`: in-sample where the model was fitted on rows of X. */
export function predicted(
  machine: Machine,
  of: Value,
  call: Call,
  { args, named }: Arguments,
): Value {
  const X = args[0] ?? named.get("X") ?? named.get("data") ?? unknown;
  const inner = deep(X);
  const made = of.shape.kind === "made" ? of.shape.made : undefined;
  if (made?.stopped !== undefined && (inner.rows & Held) !== 0)
    report(machine, { kind: "best-epoch", ...made.stopped });
  const kept = inner.traces.filter(({ kind }) => kind === "oof" || kind === "chosen");
  const seen = made?.fitted;
  if (seen === undefined || !seen.target) return series(inner.rows, kept);
  return series(inner.rows, [...kept, ...inSample(machine, seen, inner.rows, call)]);
}

function inSample(
  machine: Machine,
  seen: NonNullable<Made["fitted"]>,
  rows: number,
  call: Call,
): Trace[] {
  const { file, at } = seen;
  const rejoined = seen.traces.find(({ kind }) => kind === "rejoined");
  if ((rows & Held) !== 0 && (seen.rows & Held) !== 0 && (seen.rows & Fit) !== 0)
    return [rejoined ?? { kind: "in-sample", file, at }];
  if ((rows & (Held | All)) === 0) return [];
  if ((seen.rows & All) !== 0) return [{ kind: "in-sample", file, at }];
  if ((rows & All) === 0 || (seen.rows & Fit) === 0) return [];
  const place = seenFrom(machine, machine.place, call, ({ ranFolds }) => ranFolds);
  return [{ kind: "in-sample", ...place, whole: true }];
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
    if (hidden || y === undefined || X.shape.kind === "any" || X.shape.kind === "made") continue;
    if (trace.kind === "target") reportTrace(machine, "feature-from-target", trace, chosenAt ?? at);
    if (trace.kind === "id")
      report(machine, {
        kind: "id-feature",
        file: trace.file,
        at: trace.at ?? chosenAt ?? at,
        what: trace.what,
        maybe: trace.at === undefined,
      });
  }
}

function saySolution(machine: Machine, { traces }: Value, at: PyNode): void {
  for (const trace of traces) {
    if (trace.kind === "solution") reportTrace(machine, "solution", trace, at);
  }
}

/** What a training call is shown beside the rows that it learns from. */
function watched({ args, named }: Arguments, from: number): Value[] {
  const words =
    /^(eval_set|valid_sets|evals|validation_data|eval_dataset|val_dataloaders|valid_loader|val_loader|X_val|X_valid|eval_data|tuning_data)$/;
  return [
    ...args.slice(from),
    ...[...named].filter(([name]) => words.test(name)).map(([, value]) => value),
  ];
}

/** Early stopping or a choice of the best model that looks at the rows of the score. */
export function watchesHeld(
  machine: Machine,
  made: Made | undefined,
  of: Value,
  call: Call,
  values: Arguments,
  from = 2,
): void {
  if (made === undefined) return;
  const shown = watched(values, from).filter((value) => (deep(value).rows & Held) !== 0);
  if (shown.length === 0) return;
  const traces = [of, ...given(values)].flatMap((value) => deep(value).traces);
  const asked = traces.find(({ kind }) => kind === "stops");
  const best = keyword(call, "use_best_model");
  const refuses = best?.nodeType === "Constant" && best.value === false;
  const cat = /^CatBoost/.test(made.name) && !refuses;
  const rounds = values.named.get("early_stopping_rounds");
  const isRounds =
    rounds !== undefined && !(rounds.shape.kind === "constant" && rounds.shape.value === null);
  if (asked === undefined && !cat && !isRounds && (best === undefined || refuses)) return;
  const where = asked?.what === "arguments" && asked.at !== undefined ? asked.at : call;
  made.stopped = { file: asked?.what === "arguments" ? asked.file : machine.place, at: where };
}

/** `lgb.train(params, data, ...)` and its kind give a model. */
export function trained(machine: Machine, call: Call, name: string, values: Arguments): Value {
  const data =
    values.args[1] ??
    values.named.get("train_set") ??
    values.named.get("dtrain") ??
    values.named.get("pool") ??
    values.named.get("dtrain");
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
    return [of(Fit), of(Held)];
  });
  if (args.some((value) => mayBeAll(deep(value).rows))) startFolds(machine);
  return items(parts);
}

/** Whether what is followed makes the features of rows one by one. */
export function inFeatures({ frames }: Machine): boolean {
  return frames.some(({ name }) => /^_?engineer_\w*features?$/.test(name));
}
