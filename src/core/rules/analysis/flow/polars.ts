import type { Call } from "../python-tree.ts";
import { expressionValue, mergeExpressions, readOf } from "./expressions.ts";
import { deep } from "./joining.ts";
import { type Arguments, given } from "./machine.ts";
import { picksOf } from "./table.ts";
import { textOf, unknown, type Value } from "./values.ts";

export function polarsCall(full: string, values: Arguments, call: Call): Value {
  const { args } = values;
  const name = full.split(".").at(-1)!;
  if (full.startsWith("polars.selectors")) return expressionValue({ reads: [readOf(undefined)] });
  if (/^(col|all|exclude|nth|first|last)$/.test(name)) {
    const picks = args.flatMap((one) => picksOf(one) ?? [{ except: [], sure: false }]);
    const reads = picks.flatMap(({ only }) =>
      only === undefined ? [readOf(undefined)] : only.map((one) => readOf(one)),
    );
    return expressionValue({ reads: reads.length === 0 ? [readOf(undefined)] : reads });
  }
  if (/^(mean|median|std|var|sum|min|max|quantile)$/.test(name)) {
    const texts = args.flatMap((one) => picksOf(one)?.flatMap(({ only }) => only ?? []) ?? []);
    return expressionValue({
      reads: texts.map((text) => Object.assign(readOf(text, true), { told: call })),
    });
  }
  if (/^(Series|lit)$/.test(name)) {
    const data = args.at(-1) ?? unknown;
    const inner = deep(data);
    const alias = name === "Series" && args.length > 1 ? textOf(args[0]!) : undefined;
    return expressionValue(
      { reads: [], ...(alias === undefined ? {} : { alias }) },
      { ...inner, shape: { kind: "any" } },
    );
  }
  if (/^[A-Z]\w*$/.test(name)) return unknown;
  return mergeExpressions(given(values).map(asExpression));
}

/** A text among expressions is the name of a column. */
export function asExpression(value: Value): Value {
  const text = textOf(value);
  return text === undefined ? value : expressionValue({ reads: [readOf(text)] });
}
