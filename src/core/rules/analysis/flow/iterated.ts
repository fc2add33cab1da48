import { elementOf } from "./joining.ts";
import { has, items, type Loop, plain, unknown, type Value, withTraces } from "./values.ts";

/** OOF predictions that a loop goes over are candidates: to choose among them is no tuning. */
export function candidates(value: Value, loop: Loop): Value {
  const { shape } = value;
  if (shape.kind === "items")
    return {
      ...value,
      shape: { ...shape, items: shape.items.map((item) => candidates(item, loop)) },
    };
  if (!has(value.traces, "oof")) return value;
  const traces = value.traces.map((trace) => {
    if (trace.kind !== "oof") return trace;
    const loops = [...(trace.loops ?? []), loop];
    return Object.assign({}, trace, { loops });
  });
  return { ...value, traces };
}

/** What a loop's variable stands for. */
export function iterated(over: Value): Value {
  const { shape } = over;
  if (shape.kind === "items" || shape.kind === "many")
    return withTraces(elementOf(shape), over.traces);
  if (shape.kind === "index") return over;
  if (shape.kind === "grouped") return items([unknown, shape.base]);
  if (shape.kind === "names" || shape.kind === "table" || shape.kind === "dict") return unknown;
  return plain(over.rows, over.traces);
}
