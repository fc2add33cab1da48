import { checkRowStatistic } from "./features.ts";
import { strongest } from "../learners.ts";
import { type Call, identifiers, type PyNode } from "../python-tree.ts";
import { fittedTraces } from "./attributes.ts";
import {
  entersModel,
  hidesColumns,
  holdsTarget,
  isData,
  learningData,
  saySolution,
} from "./datasets.ts";
import { deep } from "./joining.ts";
import { type Arguments, type Machine, report, seenFrom } from "./machine.ts";
import { givenFrom } from "./rows.ts";
import { watchesHeld } from "./stopping.ts";
import { frame, newTable } from "./table.ts";
import {
  All,
  Fit,
  has,
  Held,
  items,
  joinTraces,
  type Made,
  mayBeAll,
  series,
  Test,
  type Trace,
  unknown,
  type Value,
} from "./values.ts";

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
  if (name.endsWith("transform")) return transformed(made, X);
  return name === "fit_predict" ? predicted(machine, of, call, values) : of;
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
  checkRowStatistic(machine, X, call, known.name);
  const { rows } = inner;
  // A model with its transformers before it is a last model, for the test set: what it predicts is another matter.
  if (steps.some((one) => predictor.test(one))) return;
  if (machine.folded || machine.quiet || !mayBeAll(rows) || (rows & Fit) !== 0) return;
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
