import type { Call, ClassDef, FunctionDef, PyNode } from "../python-tree.ts";
import type { IndexedFile } from "../source-index.ts";
import type { Table } from "./table.ts";

/** Which rows a value holds or was computed from, as bits; 0 where it cannot be known. */
export const All = 1;
/** The training part of a fold, and parts of it. */

export const Fit = 2;
/** The part of a fold that gives the score. */

export const Held = 4;

export const Test = 8;
/** Rows of other data than the competition's. */

export const Outside = 16;

/** Training rows that meet some condition. */
export const Some = 32;

/** Whether rows may be all the training rows: read as such, or of unknown origin. */
export function mayBeAll(rows: number): boolean {
  return rows === 0 || (rows & (All | Some)) !== 0;
}

/** Rows of a part in place of all. */
export function partOfRows(rows: number, part: number): number {
  return (rows & ~(All | Some)) | part;
}

type TraceKind =
  /** The row's own target. */
  | "target"
  /** A statistic of the target over all rows. */
  | "target-statistic"
  /** A statistic of the target over other rows than all, or one that takes the row itself in. */
  | "part-statistic"
  /** What something made that was fitted on all rows and their target. */
  | "fitted-on-target"
  | "id"
  /** The hidden solution. */
  | "solution"
  /** Rows of the test set or of other data among the training rows. */
  | "added"
  /** Copies of rows, or rows made of others. */
  | "repeated"
  /** A fold's held-out rows among its training rows. */
  | "rejoined"
  /** Predicted by a model that was fitted on the row. */
  | "in-sample"
  /** Predictions of every row by a model that left it out. */
  | "oof"
  /** Chosen by a score of the OOF predictions. */
  | "chosen"
  /** Early stopping, or a choice of the best epoch, is asked for. */
  | "stops"
  /** The number of the fold in which a row is held out. */
  | "fold-number";

/** Something that happened to a value on its way. */
export interface Trace {
  kind: TraceKind;
  file: IndexedFile;
  /** Where; undefined for a column as it stands in the file. */
  at?: PyNode | undefined;
  /** A name to say it with. */
  what?: string;
  /** The loops around it when it came into being. */
  loops?: readonly Loop[];
  /** The call in which it came into being. */
  frame?: Frame | undefined;
  /** Of in-sample: whether the model saw the fold's held-out rows only through predicting every row. */
  whole?: boolean;
}

export interface Loop {
  node: PyNode;
  /** Whether it goes over the folds. */
  fold: boolean;
}

/** A call of one of the experiment's own functions that is being followed. */
export interface Frame {
  name: string;
  call: PyNode | undefined;
  /** The file of `call`. */
  file: IndexedFile | undefined;
  body: object;
  /** The first value that it was given. */
  first: Value | undefined;
  /** What the frames were read from that it was given. */
  origins: ReadonlySet<object>;
  /** Whether folds were gone over in it. */
  ranFolds: boolean;
}

export interface Scope {
  names: Map<string, Value>;
  parent: Scope | undefined;
  file: IndexedFile;
  globals?: Set<string>;
}

/** What a library's object has learnt. */
interface Fitted {
  rows: number;
  /** Whether it learnt from the target. */
  target: boolean;
  file: IndexedFile;
  at: PyNode;
  traces: readonly Trace[];
}

/** An object of a library: a model, a transformer, a splitter. */
export interface Made {
  name: string;
  /** Names of what it was made of: the steps of a pipeline. */
  parts: readonly string[];
  fitted: Fitted | undefined;
  call: Call | undefined;
  /** Where its best epoch was chosen on a fold's held-out rows. */
  stopped?: { file: IndexedFile; at: PyNode };
}

/** An object of one of the experiment's own classes. */
export interface Thing {
  owner: OwnClass;
  fields: Map<string, Value>;
}

export interface OwnClass {
  node: ClassDef;
  file: IndexedFile;
  scope: Scope;
  names: Map<string, Value>;
  bases: OwnClass[];
}

export interface OwnFunction {
  node: FunctionDef | Lambda;
  file: IndexedFile;
  scope: Scope;
  self?: Value;
  given?: readonly Value[];
  named?: ReadonlyMap<string, Value>;
}

type Lambda = Extract<PyNode, { nodeType: "Lambda" }>;

/** Columns by name, or by what they are not. */
export interface Pick {
  only?: readonly string[];
  /** The columns of this table. */
  among?: Table;
  except: readonly string[];
  prefix?: string;
  /** False where some condition is not understood. */
  sure: boolean;
}

/** A polars expression, until it meets its table. */
export interface Expression {
  reads: readonly ColumnRead[];
  alias?: string;
  /** `.list`, `.str`: what comes next works within a cell. */
  inCell?: boolean;
}

export interface ColumnRead {
  /** Undefined for a choice of columns that is not known by name. */
  name: string | undefined;
  past: boolean;
  /** Behind a minus sign. */
  less?: boolean;
  statistic: boolean;
  grouped: boolean;
  /** The call that makes it depend on all rows. */
  told?: Call;
}

export type Shape =
  | { kind: "any" }
  | { kind: "constant"; value: unknown }
  /** A text of which only parts are known: where a file lies. */
  | { kind: "path"; text: string }
  | { kind: "table"; table: Table }
  | { kind: "series" }
  /** Numbers or a mask of rows of a part of a fold; the part are the value's rows. */
  | { kind: "index" }
  | { kind: "names"; picks: readonly Pick[]; at: PyNode | undefined }
  | { kind: "items"; items: Value[]; loose?: boolean }
  /** Like a list of unknown length. */
  | { kind: "many"; box: { item: Value } }
  | { kind: "dict"; entries: Map<string, Value>; rest: { item: Value } }
  | { kind: "function"; own: OwnFunction }
  | { kind: "class"; own: OwnClass }
  | { kind: "thing"; thing: Thing }
  | { kind: "module"; scope: Scope }
  | { kind: "library"; name: string }
  | { kind: "made"; made: Made }
  | { kind: "grouped"; base: Value; picked: Value | undefined; cells?: boolean }
  | { kind: "window"; base: Value }
  | { kind: "expression"; expression: Expression };

export interface Value {
  rows: number;
  traces: readonly Trace[];
  shape: Shape;
}

const anyShape: Shape = { kind: "any" };

export const unknown: Value = { rows: 0, traces: [], shape: anyShape };

export function plain(rows = 0, traces: readonly Trace[] = []): Value {
  return rows === 0 && traces.length === 0 ? unknown : { rows, traces, shape: anyShape };
}

export function series(rows: number, traces: readonly Trace[] = []): Value {
  return { rows, traces, shape: { kind: "series" } };
}

export function constant(value: unknown): Value {
  return { rows: 0, traces: [], shape: { kind: "constant", value } };
}

export function indexOf(part: number): Value {
  return { rows: part, traces: [], shape: { kind: "index" } };
}

export function items(values: Value[]): Value {
  return { rows: 0, traces: [], shape: { kind: "items", items: values } };
}

export function many(item: Value): Value {
  return { rows: 0, traces: [], shape: { kind: "many", box: { item } } };
}

export function textOf(value: Value): string | undefined {
  return value.shape.kind === "constant" && typeof value.shape.value === "string"
    ? value.shape.value
    : undefined;
}

/** As much of a text as is known. */
export function pathOf(value: Value): string | undefined {
  return value.shape.kind === "path" ? value.shape.text : textOf(value);
}

export function pathValue(text: string): Value {
  return { rows: 0, traces: [], shape: { kind: "path", text } };
}

export function withTraces(value: Value, traces: readonly Trace[]): Value {
  const all = joinTraces(value.traces, traces);
  return all === value.traces ? value : { ...value, traces: all };
}

export function without(value: Value, ...kinds: readonly TraceKind[]): Value {
  if (!value.traces.some(({ kind }) => kinds.includes(kind))) return value;
  return { ...value, traces: value.traces.filter(({ kind }) => !kinds.includes(kind)) };
}

export function has(traces: readonly Trace[], kind: TraceKind): boolean {
  return traces.some((trace) => trace.kind === kind);
}

/** Beyond these, a trace is kept only where it is the first of its kind: thousands of columns stay quick. */
const mostTraces = 100;

export function joinTraces(one: readonly Trace[], other: readonly Trace[]): readonly Trace[] {
  if (other.length === 0 || one === other) return one;
  if (one.length === 0) return other;
  const added = other.filter(
    (trace) =>
      !one.some(
        ({ kind, at }) => kind === trace.kind && (at === trace.at || one.length >= mostTraces),
      ),
  );
  return added.length === 0 ? one : [...one, ...added];
}
