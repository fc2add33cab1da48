import type { FunctionDef, PyNode } from "../python-tree.ts";
import { elementOf } from "./joining.ts";
import { lookUp, type Machine } from "./machine.ts";
import { column, columnNames } from "./table.ts";
import {
  type Made,
  mayBeAll,
  type OwnClass,
  type OwnFunction,
  plain,
  type Scope,
  series,
  type Thing,
  unknown,
  type Value,
} from "./values.ts";

/** `value.name`, where it is no call. */
export function attribute(
  machine: Machine,
  of: Value,
  node: Extract<PyNode, { nodeType: "Attribute" }>,
  scope: Scope,
): Value {
  const { attr } = node;
  const { shape } = of;
  switch (shape.kind) {
    case "library":
      return { rows: 0, traces: [], shape: { kind: "library", name: `${shape.name}.${attr}` } };
    case "module":
      return lookUp(shape.scope, attr) ?? unknown;
    case "thing":
      return fieldOf(machine, of, shape.thing, attr) ?? unknown;
    case "class":
      return classMember(shape.own, attr) ?? unknown;
    case "table":
      return tableAttribute(machine, of, attr);
    case "series":
      if (attr === "shape") return plain(of.rows);
      if (attr === "index")
        return plain(
          of.rows,
          of.traces.filter(({ kind }) => /statistic|on-target/.test(kind)),
        );
      return /^(str|dt|cat|list)$/.test(attr) ? plain(of.rows, of.traces) : of;
    case "expression":
      if (!/^(str|dt|list|arr|struct|cat|bin|name)$/.test(attr)) return of;
      return {
        ...of,
        shape: { kind: "expression", expression: { ...shape.expression, inCell: true } },
      };
    case "made":
      return madeAttribute(of, shape.made, attr);
    case "grouped":
      return { ...of, shape: { ...shape, picked: column(shape.base, attr) } };
    case "items":
    case "many":
      return plain(0, elementOf(shape).traces);
    case "dict":
      return shape.entries.get(attr) ?? unknown;
    case "any":
      return attr === "shape" ? plain(of.rows) : of;
    case "constant":
    case "path":
    case "index":
      return of;
    default:
      return lookUp(scope, attr) ?? unknown;
  }
}

function tableAttribute(machine: Machine, of: Value, attr: string): Value {
  if (attr === "columns") return columnNames(of);
  if (attr === "index" || attr === "shape" || attr === "height") return series(of.rows);
  if (of.shape.kind === "table" && of.shape.table.columns.has(attr)) return column(of, attr);
  if (machine.targets.includes(attr)) return targetColumn(machine, of, attr);
  return /^(values|loc|iloc|at|iat|T|str|dt)$/.test(attr) ? of : series(of.rows, of.traces);
}

/** A column of the target, also in a frame of which nothing is known. */
export function targetColumn(machine: Machine, of: Value, name: string): Value {
  const known = column(of, name);
  if (known.traces.some(({ kind }) => kind === "target")) return known;
  if (of.shape.kind === "table" && (!of.shape.table.open || of.shape.table.columns.has(name)))
    return known;
  return series(of.rows, [...known.traces, { kind: "target", file: machine.place, what: name }]);
}

/** What a fitted object has learnt, where it learnt it from all rows and their target. */
function madeAttribute(of: Value, made: Made, attr: string): Value {
  const { fitted } = made;
  if (
    fitted === undefined ||
    /^(best_params_|best_score_|classes_|cv_results_|best_iteration_?)$/.test(attr)
  )
    return plain();
  return plain(0, fittedTraces(made));
}

/** What comes of something fitted, as traces of what it makes. */
export function fittedTraces({ fitted, name }: Made): Value["traces"] {
  if (fitted === undefined) return [];
  const { rows, target, file, at, traces } = fitted;
  const kept = traces.filter(
    ({ kind }) => kind === "target-statistic" || kind === "fitted-on-target",
  );
  if (!target || !mayBeAll(rows)) return kept;
  return [...kept, { kind: "fitted-on-target", file, at, what: name }];
}

/** A field or a method of an own object; a property is called. */
export function fieldOf(
  machine: Machine,
  of: Value,
  { owner, fields }: Thing,
  name: string,
): Value | undefined {
  const field = fields.get(name);
  if (field !== undefined) return field;
  const member = classMember(owner, name);
  if (member?.shape.kind !== "function") return member;
  const { own } = member.shape;
  const marks = decorators(own);
  if (marks.includes("staticmethod")) return member;
  const self = marks.includes("classmethod") ? classValue(owner) : of;
  const bound: OwnFunction = { ...own, self };
  if (marks.some((mark) => mark.endsWith("property")))
    return machine.enter(bound, { args: [], named: new Map() }, undefined, own.file);
  return { ...member, shape: { kind: "function", own: bound } };
}

function classValue(own: OwnClass): Value {
  return { rows: 0, traces: [], shape: { kind: "class", own } };
}

function classMember(own: OwnClass, name: string, depth = 0): Value | undefined {
  const found = own.names.get(name);
  if (found !== undefined || depth > 8) return found;
  for (const base of own.bases) {
    const inherited = classMember(base, name, depth + 1);
    if (inherited !== undefined) return inherited;
  }
  return undefined;
}

function decorators({ node }: OwnFunction): string[] {
  const list = (node as FunctionDef).decorator_list ?? [];
  return list.map((one) =>
    one.nodeType === "Name" ? one.id : one.nodeType === "Attribute" ? one.attr : "",
  );
}
