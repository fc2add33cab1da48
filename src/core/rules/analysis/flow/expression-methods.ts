import { type Call, isConstant, type PyNode } from "../python-tree.ts";
import { changed, expressionValue, mergeExpressions, readOf } from "./expressions.ts";
import { type Arguments, given, type Machine } from "./machine.ts";

import { statisticName } from "./statistics.ts";
import { textOf, unknown, type Value } from "./values.ts";

function isZero(node: PyNode | undefined): boolean {
  return isConstant(node, 0) || (node?.nodeType === "UnaryOp" && node.op.nodeType === "USub");
}

/** `shift(n)` with n above 0 looks back, and not at the row itself. */
export function looksBack(call: Call): boolean {
  return !isZero(
    call.args[0] ?? call.keywords.find(({ arg }) => /^(n|periods)$/.test(arg ?? ""))?.value,
  );
}

export function expressionMethod(
  machine: Machine,
  of: Value,
  call: Call,
  name: string,
  values: Arguments,
): Value {
  if (of.shape.kind !== "expression") return of;
  const { expression } = of.shape;
  const merged = mergeExpressions([
    of,
    ...given(values).filter(
      ({ shape }) =>
        shape.kind === "expression" || shape.kind === "items" || shape.kind === "series",
    ),
  ]);
  if (name === "alias") {
    const alias = textOf(values.args[0] ?? unknown);
    const { alias: _old, ...rest } = expression;
    return {
      ...of,
      shape: {
        kind: "expression",
        expression: alias === undefined ? { ...rest, alias: "?" } : { ...rest, alias },
      },
    };
  }
  if (name === "is_in" && values.args[0]?.shape.kind === "index") return values.args[0];
  if (expression.inCell) return changed(merged, (read) => read);
  if (name === "shift")
    return looksBack(call) ? changed(of, (read) => ({ ...read, past: true })) : of;
  if (statisticName.test(name) || name === "rank") {
    return changed(of, (read) => ({
      ...read,
      statistic: read.statistic || name !== "rank",
      told: call,
    }));
  }
  if (name === "over") {
    if (expression.reads.length > 0) return changed(of, (read) => ({ ...read, grouped: true }));
    // pl.len() of each group
    return expressionValue({ ...expression, reads: [{ ...readOf("", true), told: call }] });
  }
  return {
    ...merged,
    shape:
      merged.shape.kind === "expression"
        ? {
            kind: "expression",
            expression: {
              ...merged.shape.expression,
              ...(expression.alias === undefined ? {} : { alias: expression.alias }),
            },
          }
        : merged.shape,
  };
}
