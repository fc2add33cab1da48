import type { PyNode } from "../python-tree.ts";
import {
  has,
  joinTraces,
  type Pick,
  series,
  textOf,
  type Trace,
  unknown,
  type Value,
} from "./values.ts";

/** The columns of a frame, as far as they are known. Frames are changed in place, as pandas does. */
export interface Table {
  columns: Map<string, Value>;
  /** Of columns whose names are not known. */
  others: readonly Trace[];
  /** Whether it may have columns of its file that the code has not named. */
  open: boolean;
  /** Whether rows were left out. */
  part: boolean;
  /** What it was read from. */
  origin: object;
  /** Where its columns were chosen. */
  chosenAt: PyNode | undefined;
}

export function newTable(open: boolean, origin: object = {}): Table {
  return { columns: new Map(), others: [], open, part: false, origin, chosenAt: undefined };
}

export function copyTable(table: Table): Table {
  return { ...table, columns: new Map(table.columns) };
}

export function frame(table: Table, rows: number, traces: readonly Trace[] = []): Value {
  return { rows, traces, shape: { kind: "table", table } };
}

/** A column of a frame, whether its name is known or not. */
export function column(of: Value, name: string | undefined): Value {
  if (of.shape.kind !== "table") return series(of.rows, of.traces);
  const { table } = of.shape;
  const known = name === undefined ? undefined : table.columns.get(name);
  if (known !== undefined) return series(of.rows, joinTraces(of.traces, known.traces));
  const others = name === undefined ? table.others : [];
  return series(of.rows, joinTraces(of.traces, others));
}

/** Everything that went into the columns of a frame. */
export function columnTraces(table: Table): readonly Trace[] {
  let traces = table.others;
  for (const { traces: one } of table.columns.values()) traces = joinTraces(traces, one);
  return traces;
}

/** A frame without what is the row's own target or id: what a choice leaves that is not understood. */
function unsure(value: Value): boolean {
  return !has(value.traces, "target") && !has(value.traces, "id");
}

export function chooseColumns(of: Value, picks: readonly Pick[], at: PyNode | undefined): Value {
  if (of.shape.kind !== "table") return of;
  const { table } = of.shape;
  const chosen = { ...copyTable(table), columns: new Map<string, Value>(), chosenAt: at };
  for (const [name, value] of table.columns) {
    const sure = picks.some((pick) => pick.sure && includes(pick, name));
    if (sure || (unsure(value) && picks.some((pick) => !pick.sure && includes(pick, name))))
      chosen.columns.set(name, value);
  }
  const named = picks.every(({ only, sure }) => only !== undefined && sure);
  if (named) {
    chosen.open = false;
    chosen.others = [];
  }
  return frame(chosen, of.rows, of.traces);
}

function includes({ only, among, except, prefix }: Pick, name: string): boolean {
  if (except.includes(name)) return false;
  if (prefix !== undefined && !name.startsWith(prefix)) return false;
  if (only !== undefined) return only.includes(name);
  return among === undefined || among.columns.has(name);
}

export function dropColumns(of: Value, names: readonly Pick[] | undefined, at: PyNode): Value {
  if (of.shape.kind !== "table") return of;
  const chosen = { ...copyTable(of.shape.table), chosenAt: at };
  for (const [name, value] of chosen.columns) {
    const dropped = names?.some((pick) => includes(pick, name)) ?? false;
    const doubtful = names === undefined || names.some(({ sure }) => !sure);
    if (dropped || (doubtful && !unsure(value))) chosen.columns.delete(name);
  }
  return frame(chosen, of.rows, of.traces);
}

/** Column names that a value stands for: texts, lists of them, `df.columns`. */
export function picksOf(value: Value): readonly Pick[] | undefined {
  const { shape } = value;
  if (shape.kind === "names") return shape.picks;
  const text = textOf(value);
  if (text !== undefined) return [{ only: [text], except: [], sure: true }];
  if (shape.kind === "many") {
    return picksOf(shape.box.item) === undefined ? undefined : [unsurePick];
  }
  if (shape.kind !== "items") return undefined;
  const only: string[] = [];
  const picks: Pick[] = [];
  for (const item of shape.items) {
    const one = textOf(item);
    if (one !== undefined) only.push(one);
    else picks.push(...(item.shape.kind === "names" ? item.shape.picks : [unsurePick]));
  }
  if (shape.loose) picks.push(unsurePick);
  return [...(only.length > 0 ? [{ only, except: [], sure: true }] : []), ...picks];
}

export const unsurePick: Pick = { except: [], sure: false };

export function namesValue(
  picks: readonly Pick[],
  at: PyNode | undefined,
  traces: readonly Trace[] = [],
): Value {
  return { rows: 0, traces, shape: { kind: "names", picks, at } };
}

/** `df.columns`. */
export function columnNames(of: Value): Value {
  if (of.shape.kind !== "table") return unknown;
  const { table } = of.shape;
  const sure = table.columns.size > 0 || !table.open;
  return namesValue([{ among: copyTable(table), except: [], sure }], undefined);
}
