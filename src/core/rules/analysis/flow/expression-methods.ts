import { type Call, isConstant, type PyNode } from "../python-tree.ts";
import { changed, mergeExpressions } from "./expressions.ts";
import { type Arguments, given, type Machine } from "./machine.ts";
import { inFeatures } from "./models.ts";

import { sayRowStatistic, statisticName } from "./statistics.ts";
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
    if (inFeatures(machine, unknownRows(machine)) && expression.reads.length > 0)
      sayRowStatistic(machine, call);
    return name === "rank" ? of : changed(of, (read) => ({ ...read, statistic: true }));
  }
  if (name === "over") {
    const isStatistic = expression.reads.some(({ statistic }) => statistic);
    if (inFeatures(machine, unknownRows(machine)) && isStatistic) sayRowStatistic(machine, call);
    return changed(of, (read) => ({ ...read, grouped: true }));
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

/** An expression has not met its table yet: it is taken for one over the rows of the features. */
function unknownRows({ frames }: Machine): Value {
  return frames.findLast(({ first }) => first !== undefined)?.first ?? unknown;
}
