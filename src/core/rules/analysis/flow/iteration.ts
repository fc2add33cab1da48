import type { Call } from "../python-tree.ts";
import { iterated } from "./iterated.ts";
import { deep, elementOf } from "./joining.ts";
import { type Arguments, given, type Machine } from "./machine.ts";
import { take } from "./rows.ts";
import { checkScore } from "./scores.ts";
import { columnNames, copyTable, frame } from "./table.ts";
import { items, many, plain, series, type Trace, unknown, type Value } from "./values.ts";

export function sized(name: string, values: Arguments): Value {
  if (name === "print" || name === "isinstance" || name === "type") return unknown;
  const rows = given(values).reduce((sum, value) => sum | deep(value).rows, 0);
  return name === "len" || name === "shape" ? plain(rows) : series(rows);
}

/** Row numbers, where they are as many as something has rows. */
export function indexLike(values: Arguments): Value {
  const rows = given(values).reduce((sum, value) => sum | value.rows, 0);
  return rows === 0 ? unknown : { rows, traces: [], shape: { kind: "index" } };
}

export function elementsOf(value: Value): Value[] {
  const { shape } = value;
  if (shape.kind === "items") return shape.items;
  return [shape.kind === "many" ? shape.box.item : value];
}

/** What goes over something, or makes a list of it. */
export function iteration(
  machine: Machine,
  name: string,
  values: Arguments,
  call: Call,
): Value | undefined {
  const { args } = values;
  const [first = unknown] = args;
  switch (name) {
    case "list":
    case "tuple":
    case "set":
    case "sorted":
    case "reversed":
    case "tqdm":
    case "trange":
    case "track":
    case "iter":
    case "array":
    case "asarray":
    case "deepcopy":
    case "copy":
    case "clone":
    case "delayed":
    case "ascontiguousarray":
    case "from_numpy":
    case "tensor":
    case "as_tensor":
    case "FloatTensor":
    case "from_pandas":
      return copied(name, first);
    case "enumerate":
      return many(items([unknown, iterated(first)]));
    case "zip":
      return many(items(args.map(iterated)));
    case "next":
      return elementOf(first.shape);
    case "dict": {
      const entries = new Map(values.named);
      for (const [key, value] of entries) checkScore(machine, key, value, call);
      const stops = entries.has("early_stopping_rounds");
      const traces: Trace[] = stops ? [{ kind: "stops", file: machine.place, at: call }] : [];
      return { rows: 0, traces, shape: { kind: "dict", entries, rest: { item: first } } };
    }
    case "partial": {
      if (first.shape.kind !== "function") return undefined;
      const own = { ...first.shape.own, given: args.slice(1), named: values.named };
      return { ...first, shape: { kind: "function", own } };
    }
    case "map":
    case "Parallel":
    case "submit":
    case "starmap": {
      if (first.shape.kind !== "function") return undefined;
      const each = name === "submit" ? args.slice(1) : args.slice(1).map(iterated);
      return many(
        machine.enter(first.shape.own, { args: each, named: new Map() }, call, machine.place),
      );
    }
    case "where":
    case "flatnonzero":
    case "nonzero":
      return args.length === 1 && first.shape.kind === "index" ? first : undefined;
    case "take":
    case "Subset":
      return args[1]?.shape.kind === "index" ? take(machine, first, args[1], call) : undefined;
    default:
      return undefined;
  }
}

function copied(name: string, value: Value): Value {
  if (value.shape.kind === "table") {
    if (/^(list|tuple|set|sorted)$/.test(name)) return columnNames(value);
    return frame(copyTable(value.shape.table), value.rows, value.traces);
  }
  if (value.shape.kind === "items")
    return { ...value, shape: { ...value.shape, items: [...value.shape.items] } };
  return value;
}
