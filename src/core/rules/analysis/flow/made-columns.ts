import type { Call, PyNode } from "../python-tree.ts";
import { derived } from "./bind.ts";
import { expressionsIn, resolved } from "./expressions.ts";
import type { Arguments, Machine } from "./machine.ts";
import { asExpression } from "./polars.ts";
import { chooseColumns, copyTable, frame, picksOf } from "./table.ts";
import { joinTraces, type Value } from "./values.ts";

/** `with_columns`, `select` and `assign`: columns made of expressions or given by name. */
export function madeColumns(
  machine: Machine,
  of: Value,
  call: Call,
  name: string,
  values: Arguments,
): Value {
  if (of.shape.kind !== "table") return of;
  const expressions = expressionsIn(values.args);
  if (name === "select") {
    const picks = expressions.map((one) =>
      one.shape.kind === "expression" ? undefined : picksOf(one),
    );
    const chosen = picks.flatMap((one) => one ?? []);
    const only = chooseColumns(of, chosen, pickedAt(values.args) ?? call);
    return setMade(
      machine,
      of,
      only,
      call,
      values,
      expressions.filter((_, at) => picks[at] === undefined),
    );
  }
  return setMade(
    machine,
    of,
    frame(copyTable(of.shape.table), of.rows, of.traces),
    call,
    values,
    expressions,
  );
}

function pickedAt(args: readonly Value[]): PyNode | undefined {
  for (const { shape } of args) if (shape.kind === "names") return shape.at;
  return undefined;
}

function setMade(
  machine: Machine,
  from: Value,
  into: Value,
  call: Call,
  values: Arguments,
  expressions: readonly Value[],
): Value {
  if (into.shape.kind !== "table") return into;
  const { table } = into.shape;
  for (const one of expressions) {
    const { name, value } = resolved(machine, one, from, false, nodeOf(call, one, values));
    if (name === undefined || name === "?") {
      const traces = value.traces.filter(({ kind }) => kind !== "target" && kind !== "id");
      table.others = joinTraces(table.others, traces);
      if (
        one.shape.kind === "expression" &&
        one.shape.expression.reads.some((read) => read.name === undefined)
      )
        table.open = true;
    } else table.columns.set(name, derived(machine, name, value, nodeOf(call, one, values)));
  }
  for (const [name, one] of values.named) {
    const called =
      one.shape.kind === "function"
        ? machine.enter(one.shape.own, { args: [from], named: new Map() }, call, machine.place)
        : one;
    const { value } = resolved(machine, asExpression(called), from, false, call);
    table.columns.set(
      name,
      derived(machine, name, called.shape.kind === "expression" ? value : called, call),
    );
  }
  return into;
}

/** The argument that a value was made of, to point at. */
function nodeOf(call: Call, value: Value, values: Arguments): PyNode {
  const at = values.args.indexOf(value);
  const node = at === -1 || values.args.length !== call.args.length ? undefined : call.args[at];
  return node ?? call;
}
