import { holdsTestRows } from "../learners.ts";
import { identifiers, type PyNode } from "../python-tree.ts";
import { deep, elementOf, join } from "./joining.ts";
import { lookUp, type Machine, outerLoops, reportTrace, setName } from "./machine.ts";
import { checkOof, checkScore } from "./scores.ts";
import { columnName, ownerOf } from "./subscript.ts";
import { frame, newTable, picksOf } from "./table.ts";
import {
  Held,
  joinTraces,
  mayBeAll,
  Outside,
  type Scope,
  series,
  textOf,
  type Trace,
  unknown,
  type Value,
  withTraces,
} from "./values.ts";

/** Puts a value under a target of an assignment, a loop or `with`. */
export function bind(
  machine: Machine,
  target: PyNode,
  value: Value,
  scope: Scope,
  at: PyNode,
): void {
  switch (target.nodeType) {
    case "Name":
      checkOof(machine, target.id, value, at);
      setName(scope, target.id, hinted(target.id, value));
      return;
    case "Tuple":
    case "List": {
      const { shape } = value;
      const starred = target.elts.some(({ nodeType }) => nodeType === "Starred");
      for (const [index, one] of target.elts.entries()) {
        const exact =
          shape.kind === "items" && !shape.loose && !starred ? shape.items[index] : undefined;
        bind(machine, one, exact ?? partOf(value), scope, at);
      }
      return;
    }
    case "Starred":
      bind(machine, target.value, value, scope, at);
      return;
    case "Subscript":
      store(machine, target, value, scope, at);
      return;
    case "Attribute": {
      const owner = machine.evaluate(target.value, scope);
      if (owner.shape.kind === "thing") owner.shape.thing.fields.set(target.attr, value);
      else if (owner.shape.kind === "class") owner.shape.own.names.set(target.attr, value);
      else if (owner.shape.kind === "table" && target.attr !== "columns" && target.attr !== "index")
        owner.shape.table.columns.set(target.attr, derived(machine, target.attr, value, at));
      return;
    }
    default:
  }
}

function partOf(value: Value): Value {
  const { shape } = value;
  if (shape.kind === "items" || shape.kind === "many")
    return withTraces(elementOf(shape), value.traces);
  return shape.kind === "table" || shape.kind === "constant" ? unknown : value;
}

/** A table whose file says nothing is known by the name that it is given. */
function hinted(name: string, value: Value): Value {
  if (value.shape.kind !== "table" || value.rows !== 0) return value;
  return /^(df_)?(orig(inal)?|ext(ernal|ra)?|pseudo|additional)(_|$|df|[0-9])/i.test(name)
    ? { ...value, rows: Outside }
    : value;
}

/** A value as a column of that name: where the target goes into another column, this is where. */
export function derived(
  machine: Machine,
  name: string | undefined,
  value: Value,
  at: PyNode,
): Value {
  const inner = deep(value);
  if (name !== undefined && (machine.targets.includes(name) || name === machine.id))
    return series(inner.rows, inner.traces);
  const traces = inner.traces.map((trace) =>
    (trace.kind === "target" || trace.kind === "id") && trace.at === undefined
      ? { ...trace, at, file: machine.place }
      : trace,
  );
  return series(inner.rows, traces);
}

/** `df["a"] = ...`, `oof[va] = ...`, `df.loc[va, "a"] = ...`, `results["cv"] = ...`. */
function store(
  machine: Machine,
  target: Extract<PyNode, { nodeType: "Subscript" }>,
  value: Value,
  scope: Scope,
  at: PyNode,
): void {
  const { owner, located } = ownerOf(target.value);
  let of = machine.evaluate(owner, scope);
  const { slice } = target;
  const parts = slice.nodeType === "Tuple" ? slice.elts : [slice];
  const keys = parts.map((part) => machine.evaluate(part, scope));
  const [first] = keys;
  if (first === undefined) return;
  const text = columnName(machine, parts[0]!, first);
  if (of.shape.kind === "dict") {
    if (text === undefined) of.shape.rest.item = join(of.shape.rest.item, value);
    else {
      of.shape.entries.set(text, value);
      checkScore(machine, text, value, at);
    }
    return;
  }
  if (of.shape.kind === "any" && text !== undefined && owner.nodeType === "Name") {
    of = frame(newTable(true), of.rows, of.traces);
    setName(scope, owner.id, of);
  }
  const index = keys.find(({ shape }) => shape.kind === "index");
  const stored = index === undefined ? value : storedAt(machine, index, value, owner, at);
  if (of.shape.kind === "table") {
    const names = keys.length > 1 ? keys[1]! : located ? undefined : first;
    setColumns(machine, of, names, parts.at(-1)!, stored, index !== undefined, owner, at);
    return;
  }
  rebind(machine, owner, of, stored, scope);
}

/** Into the rows of a fold: predictions of those held out become OOF predictions, a number the fold's number. */
function storedAt(machine: Machine, index: Value, value: Value, owner: PyNode, at: PyNode): Value {
  const inner = deep(value);
  if (index.rows !== Held) return value;
  const here = {
    file: machine.place,
    at,
    loops: outerLoops(machine),
    frame: machine.frames.at(-1),
  };
  if (inner.rows === 0 && inner.traces.length === 0)
    return withTraces(value, [{ kind: "fold-number", ...here }]);
  const named = [...identifiers(owner)].some((name) =>
    /oof|pred|prob|final|valid|total|out|raw|label/i.test(name),
  );
  if ((inner.rows & Held) === 0 && !named) return value;
  checkOof(machine, "oof", value, at);
  const trace: Trace = { kind: "oof", ...here };
  const kept = inner.traces.filter(({ kind }) => kind !== "target");
  return series(inner.rows, joinTraces(kept, [trace]));
}

/** A target mean of all rows that becomes a column of the training rows, before any fold. */
function sayStatistic(machine: Machine, of: Value, value: Value, owner: PyNode): void {
  if (machine.folded || !mayBeAll(of.rows)) return;
  if ([...identifiers(owner)].some(holdsTestRows)) return;
  for (const trace of deep(value).traces)
    if (trace.kind === "target-statistic") reportTrace(machine, "target-statistic", trace, owner);
}

function setColumns(
  machine: Machine,
  of: Value,
  names: Value | undefined,
  key: PyNode,
  value: Value,
  partly: boolean,
  owner: PyNode,
  at: PyNode,
): void {
  if (of.shape.kind !== "table" || names === undefined) return;
  const { table } = of.shape;
  const name = columnName(machine, key, names);
  sayStatistic(machine, of, value, owner);
  const put = (one: string) => {
    const made = derived(machine, one, value, at);
    table.columns.set(one, partly ? join(table.columns.get(one), made) : made);
  };
  if (name !== undefined) {
    put(name);
    return;
  }
  const picks = picksOf(names) ?? [];
  for (const one of picks.flatMap(({ only }) => only ?? [])) put(one);
  const named = picks.length > 0 && picks.every(({ only, sure }) => only !== undefined && sure);
  if (named || textOf(names) !== undefined) return;
  const traces = deep(value).traces.filter(({ kind }) => kind !== "target" && kind !== "id");
  table.others = joinTraces(table.others, traces);
}

/** An array that something was written into. */
function rebind(machine: Machine, owner: PyNode, of: Value, stored: Value, scope: Scope): void {
  const { traces } = deep(stored);
  if (of.shape.kind === "items" && owner.nodeType === "Name") return;
  const next: Value = { ...of, traces: joinTraces(of.traces, traces) };
  if (owner.nodeType === "Name" && lookUp(scope, owner.id) !== undefined) {
    setOuter(scope, owner.id, next);
  } else if (owner.nodeType === "Attribute") {
    const thing = machine.evaluate(owner.value, scope);
    if (thing.shape.kind === "thing") thing.shape.thing.fields.set(owner.attr, next);
  } else if (owner.nodeType === "Subscript") {
    const outer = machine.evaluate(owner.value, scope);
    const key = textOf(machine.evaluate(owner.slice, scope));
    if (outer.shape.kind !== "dict") return;
    if (key !== undefined) outer.shape.entries.set(key, next);
    else outer.shape.rest.item = join(outer.shape.rest.item, next);
  }
}

/** Writing into an array changes it wherever its name was given. */
function setOuter(scope: Scope, name: string, value: Value): void {
  for (let one: Scope | undefined = scope; one !== undefined; one = one.parent) {
    if (!one.names.has(name)) continue;
    one.names.set(name, value);
    return;
  }
}
