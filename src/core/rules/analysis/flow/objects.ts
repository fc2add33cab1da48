import { type Call, keyword } from "../python-tree.ts";
import { derived } from "./bind.ts";
import { deep, mixed } from "./joining.ts";
import { type Arguments, given, type Machine } from "./machine.ts";
import { copyTable, frame, newTable, picksOf } from "./table.ts";
import { Held, joinTraces, type Made, series, type Trace, type Value } from "./values.ts";

/** A library's object: a model, a transformer, a splitter, a loader. */
export function madeObject(machine: Machine, name: string, values: Arguments, call: Call): Value {
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
  if (name.endsWith("Trainer")) watchTrainer(machine, result, value, call, values);
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

export function madeFrame(machine: Machine, values: Arguments, call: Call): Value {
  const data = values.args[0] ?? values.named.get("data");
  const index = values.named.get("index");
  const columns = values.args[2] ?? values.named.get("columns") ?? values.named.get("schema");
  if (data === undefined) return frame(newTable(false), index?.rows ?? 0);
  if (data.shape.kind === "dict") {
    const table = newTable(false);
    let rows = index?.rows ?? 0;
    for (const [name, value] of data.shape.entries) {
      rows |= deep(value).rows;
      table.columns.set(name, derived(machine, name, value, call));
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
