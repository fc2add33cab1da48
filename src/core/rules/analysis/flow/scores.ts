import type { PyNode } from "../python-tree.ts";
import { deep } from "./joining.ts";
import { type Machine, report, reportTrace } from "./machine.ts";
import { has, type Trace, type Value } from "./values.ts";

const oofName = /oof|^(val|valid|cv)(id)?_?(pred|prob)/i;

const scoreKey = /^(cv|cv_score|oof_score|cv_\w+|oof_\w+|best_score|score)$/i;

/** A variable or a column of OOF predictions: nothing in it may come of a model that was fitted on the row. */
export function checkOof(machine: Machine, name: string, value: Value, at: PyNode): void {
  if (!oofName.test(name) || value.traces.length === 0) return;
  sayTrained(machine, value.traces, at);
}

/** What stands as the score: it may not have been chosen by itself. */
export function checkScore(machine: Machine, key: string, value: Value, at: PyNode): void {
  if (!scoreKey.test(key)) return;
  const { traces } = deep(value);
  sayTuned(machine, traces, at);
  sayTrained(machine, traces, at);
}

/** OOF predictions that are written down. */
export function checkWritten(machine: Machine, path: string, value: Value, at: PyNode): void {
  if (!/oof/i.test(path)) return;
  const { traces } = deep(value);
  sayTrained(machine, traces, at);
}

/** Predictions of models for rows that they were fitted on. */
function sayTrained(machine: Machine, traces: readonly Trace[], at: PyNode): void {
  for (const trace of traces) {
    if (trace.kind === "in-sample") reportTrace(machine, "in-sample", trace, at);
    if (trace.kind === "rejoined") reportTrace(machine, "rejoined-rows", trace, at);
  }
}

function sayTuned(machine: Machine, traces: readonly Trace[], at: PyNode): void {
  if (!has(traces, "oof") || !has(traces, "target")) return;
  for (const trace of traces) {
    if (trace.kind === "chosen")
      report(machine, { kind: "tuned-on-oof", file: trace.file, at: trace.at ?? at });
  }
}

/** Whether a value says how well OOF predictions of all rows do that were there before this loop. */
export function scoresOof(
  machine: Machine,
  value: Value,
  loop: object | undefined,
): Trace | undefined {
  const { traces } = deep(value);
  if (!has(traces, "target")) return undefined;
  const active = new Set<object>(machine.loops);
  return traces.find(
    (trace) =>
      trace.kind === "oof" &&
      (trace.loops ?? []).every((one) => one.fold || active.has(one)) &&
      !(trace.loops ?? []).some((one) => one === loop),
  );
}
