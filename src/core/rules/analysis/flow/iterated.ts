import { elementOf } from "./joining.ts";
import { items, plain, unknown, type Value, withTraces } from "./values.ts";

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
