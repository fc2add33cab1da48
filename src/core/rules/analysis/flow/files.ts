import { type Call, keyword } from "../python-tree.ts";
import { mixed } from "./joining.ts";
import { type Arguments, given, type Machine } from "./machine.ts";
import { rowsOfFile } from "./paths.ts";
import { checkWritten } from "./scores.ts";
import { frame, newTable } from "./table.ts";
import {
  All,
  constant,
  pathOf,
  pathValue,
  series,
  textOf,
  type Trace,
  unknown,
  type Value,
} from "./values.ts";

export function readFile(machine: Machine, values: Arguments, call: Call): Value {
  const path = values.args.map(pathOf).find((one) => one !== undefined) ?? "";
  const { rows, solution = false, oof = false } = rowsOfFile(path);
  const traces: Trace[] = [];
  const here = { file: machine.place, at: call };
  if (solution) traces.push({ kind: "solution", ...here });
  if (oof) traces.push({ kind: "oof", ...here, loops: [], frame: machine.frames.at(-1) });
  if (
    /^(load|loadtxt|genfromtxt|memmap)$/.test(lastName(call)) &&
    rows === 0 &&
    traces.length === 0
  )
    return unknown;
  const table = newTable(true);
  const raw = (kind: "target" | "id", name: string): Value =>
    series(0, [{ kind, file: machine.place, what: name }]);
  const limited =
    keyword(call, "usecols") ?? keyword(call, "columns") ?? keyword(call, "index_col");
  if ((rows & All) !== 0 && !oof && limited === undefined) {
    for (const target of machine.targets) table.columns.set(target, raw("target", target));
  }
  if (rows !== 0 && machine.id !== undefined && limited === undefined)
    table.columns.set(machine.id, raw("id", machine.id));
  return frame(table, rows, traces);
}

function lastName({ func }: Call): string {
  return func.nodeType === "Attribute" ? func.attr : func.nodeType === "Name" ? func.id : "";
}

export function pathCall({ args }: Arguments): Value {
  const known = args.map(pathOf);
  if (known.every((one) => one === undefined)) return mixed(args);
  const all = args.every((one) => textOf(one) !== undefined);
  const text = known.map((one) => one ?? "").join("/");
  return all && args.length === 1 ? constant(text) : pathValue(text);
}

export function written(machine: Machine, values: Arguments, call: Call): Value {
  const all = given(values);
  for (const path of all) {
    const text = pathOf(path);
    if (text === undefined) continue;
    for (const value of all) if (value !== path) checkWritten(machine, text, value, call);
  }
  return unknown;
}
