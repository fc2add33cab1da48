import { calledName, type PyNode } from "../python-tree.ts";
import type { IndexedFile } from "../source-index.ts";
import { deep, heldOut } from "./joining.ts";
import { type Machine, reportTrace } from "./machine.ts";
import { copyTable, frame } from "./table.ts";
import {
  All,
  Fit,
  has,
  Held,
  joinTraces,
  mayBeAll,
  partOfRows,
  Some,
  Test,
  type Trace,
  type Value,
  without,
  withTraces,
} from "./values.ts";

/** The rows of a value that an index or a mask of a fold names. */
export function take(machine: Machine, of: Value, index: Value, at: PyNode): Value {
  const part = index.rows;
  if (of.shape.kind === "items" || of.shape.kind === "many") {
    const inner = deep(of);
    if (inner.rows === 0 && inner.traces.length === 0 && of.shape.kind === "items") return of;
    return take(machine, { ...inner, shape: { kind: "series" } }, index, at);
  }
  if (mayBeAll(of.rows)) {
    if ((part & Held) !== 0) sayMixed(machine, of, at);
    if ((part & Fit) !== 0) startFolds(machine);
  }
  const outer = mayBeAll(of.rows) && of.shape.kind !== "constant";
  const rows = outer ? partOfRows(of.rows, part) : of.rows;
  const traces = (part & Held) !== 0 ? heldOut(of.traces) : of.traces;
  if (of.shape.kind === "table")
    return frame({ ...copyTable(of.shape.table), part: true }, rows, traces);
  if (of.shape.kind === "index") return { ...of, rows };
  return { rows, traces, shape: of.shape };
}

/** From here on the code works with folds. */
export function startFolds(machine: Machine): void {
  machine.folded = true;
  machine.frames.at(-1)!.ranFolds = true;
}

/** Rows that were put among the training rows are being validated on. */
export function sayMixed(machine: Machine, { traces }: Value, at: PyNode): void {
  for (const trace of traces) {
    if (trace.kind === "added") reportTrace(machine, "added-rows", trace, at);
    if (trace.kind === "repeated") reportTrace(machine, "repeated-rows", trace, at);
  }
}

/** Where rows were put together, as the code sees it that had them first: outside functions that were given them all. */
export function givenFrom(
  { frames, place }: Machine,
  at: PyNode,
  parts: readonly Value[],
): { file: IndexedFile; at: PyNode } {
  const origins = parts.flatMap(({ shape }) =>
    shape.kind === "table" ? [shape.table.origin] : [],
  );
  let here = { file: place, at };
  if (origins.length === 0) return here;
  for (let depth = frames.length - 1; depth > 0; depth -= 1) {
    const { origins: given, call, file } = frames[depth]!;
    if (call === undefined || file === undefined || !origins.every((one) => given.has(one))) break;
    here = { file, at: call };
  }
  return here;
}

/** Rows that meet some condition. */
export function filtered(of: Value): Value {
  const some = (of.rows & All) === 0 ? of.rows : partOfRows(of.rows, Some);
  const kept = { ...without(of, "added"), rows: some };
  if (kept.shape.kind !== "table") return kept;
  return frame({ ...copyTable(kept.shape.table), part: true }, kept.rows, kept.traces);
}

/** A slice of rows: of train and test on top of each other, the first rows are train's. */
export function sliced(of: Value, fromStart: boolean): Value {
  if (of.shape.kind === "constant" || of.shape.kind === "path") return of;
  const all = filtered(of);
  // A slice of the targets stands beside other rows than its own.
  const kept = all.shape.kind === "table" ? all : without(all, "target");
  if (!mayBeAll(of.rows) || (of.rows & Test) === 0) return kept;
  return { ...kept, rows: fromStart ? All : Test };
}

/** Whether a call averages; the largest value of a group is asked for to stratify. */
function averages(at: PyNode): boolean {
  return at.nodeType !== "Call" || !/^(max|min|first|last|nth|any|all|mode)$/.test(calledName(at));
}

/** A statistic over the rows of a column; `grouped` where it tells rows apart. */
export function statistic(
  machine: Machine,
  of: Value,
  grouped: boolean,
  at: PyNode,
): readonly Trace[] {
  const rest = of.traces.filter(({ kind }) => kind !== "target" && kind !== "id");
  if (!has(of.traces, "target")) return rest;
  if (has(of.traces, "oof")) return of.traces;
  if (!grouped) return rest;
  if (!mayBeAll(of.rows))
    return joinTraces(rest, [{ kind: "part-statistic", file: machine.place, at }]);
  const trace: Trace = { kind: "target-statistic", file: machine.place, at };
  if (!machine.folded && !machine.quiet && averages(at)) machine.statistics.push(trace);
  return withTraces({ ...of, traces: rest }, [trace]).traces;
}
