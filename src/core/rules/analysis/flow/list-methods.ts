import type { Call } from "../python-tree.ts";
import { elementOf, join, mixed } from "./joining.ts";
import { type Arguments, given, type Machine } from "./machine.ts";
import { exceptThese } from "./names.ts";
import { searched } from "./statistics.ts";
import { namesValue, picksOf, unsurePick } from "./table.ts";
import { items, many, type Pick, plain, textOf, unknown, type Value } from "./values.ts";

export function namesMethod(of: Value, call: Call, name: string, { args }: Arguments): Value {
  if (of.shape.kind !== "names") return of;
  const { picks, at } = of.shape;
  if (/^(difference|drop)$/.test(name)) {
    const out = picksOf(args[0] ?? unknown);
    return namesValue(
      picks.map((pick) => exceptThese(pick, out)),
      at ?? call,
      of.traces,
    );
  }
  if (/^(tolist|to_list|copy|sort|values|union|append|to_numpy|unique)$/.test(name)) {
    const more: readonly Pick[] = /^(union|append)$/.test(name)
      ? (picksOf(args[0] ?? unknown) ?? [unsurePick])
      : [];
    return namesValue([...picks, ...more], at, of.traces);
  }
  if (/^(get_loc|index|isin|str|contains)$/.test(name)) return plain();
  return namesValue(picks.map(doubted), at, of.traces);
}

export function listMethod(
  machine: Machine,
  of: Value,
  name: string,
  values: Arguments,
  call: Call,
): Value {
  const { shape } = of;
  const [first = unknown] = values.args;
  if (shape.kind === "items") {
    if (name === "append" || name === "add") {
      if (shape.items.length > 30) shape.items[0] = join(shape.items[0], first);
      else shape.items.push(first);
      if (machine.loops.length > 0) shape.loose = true;
      return unknown;
    }
    if (name === "extend") {
      const more =
        first.shape.kind === "items"
          ? first.shape.items
          : [first.shape.kind === "names" ? first : elementOf(first.shape)];
      shape.items.push(...more);
      if (first.shape.kind !== "items") shape.loose = true;
      return unknown;
    }
    if (name === "remove") {
      const text = textOf(first);
      const at = shape.items.findIndex((item) => textOf(item) === text);
      if (at !== -1) shape.items.splice(at, 1);
      return unknown;
    }
  }
  if (shape.kind === "many" && /^(append|add|extend)$/.test(name)) {
    shape.box.item = join(shape.box.item, name === "extend" ? elementOf(first.shape) : first);
    return unknown;
  }
  if (name === "pop") return elementOf(shape);
  return name === "copy" ? of : mixedMethod(machine, of, values, call, name);
}

function mixedMethod(
  machine: Machine,
  of: Value,
  values: Arguments,
  call: Call,
  name: string,
): Value {
  if (/^(argmax|argmin)$/.test(name))
    return (
      searched(machine, { args: [of, ...values.args], named: values.named }, call) ?? mixed([of])
    );
  return mixed([of, ...given(values)]);
}

export function dictMethod(of: Value, name: string, { args, named }: Arguments): Value {
  if (of.shape.kind !== "dict") return of;
  const all = elementOf(of.shape);
  if (name === "items") return many(items([unknown, all]));
  if (name === "values") return many(all);
  if (name === "get" || name === "pop" || name === "setdefault") {
    const text = textOf(args[0] ?? unknown);
    return (text === undefined ? undefined : of.shape.entries.get(text)) ?? join(all, args[1]);
  }
  if (name === "update") {
    const [first] = args;
    if (first?.shape.kind === "dict")
      for (const [key, value] of first.shape.entries) of.shape.entries.set(key, value);
    for (const [key, value] of named) of.shape.entries.set(key, value);
    return unknown;
  }
  if (name === "keys") return unknown;
  return name === "copy" ? of : all;
}

function doubted(pick: Pick): Pick {
  return { ...pick, sure: false };
}
