import { isTarget } from "../learners.ts";
import { type Comprehension, dotted, identifiers, type PyNode } from "../python-tree.ts";
import { bind } from "./bind.ts";
import { candidates, iterated } from "./iterated.ts";
import { join } from "./joining.ts";
import type { Machine } from "./machine.ts";
import { exceptThese } from "./names.ts";
import { namesValue, picksOf } from "./table.ts";
import {
  items,
  type Loop,
  many,
  type Pick,
  plain,
  type Scope,
  textOf,
  unknown,
  type Value,
  withTraces,
} from "./values.ts";

export function comprehension(
  machine: Machine,
  node: Extract<PyNode, { nodeType: "ListComp" | "SetComp" | "GeneratorExp" }>,
  scope: Scope,
): Value {
  const [first] = node.generators;
  if (node.generators.length === 1 && first !== undefined) {
    const over = machine.evaluate(first.iter, scope);
    const filteredNames = nameFilter(machine, node, first, over, scope);
    if (filteredNames !== undefined) return filteredNames;
    const { shape } = over;
    if (shape.kind === "items" && shape.items.length <= 8 && first.ifs.length === 0) {
      const each = shape.items.map((item) =>
        inComprehension(
          machine,
          node,
          () => {
            const inner: Scope = { names: new Map(), parent: scope, file: scope.file };
            bind(machine, first.target, candidates(item, machine.loops.at(-1)!), inner, node);
            return machine.evaluate(node.elt, inner);
          },
          false,
        ),
      );
      return { ...items(each), traces: over.traces };
    }
  }
  const inner: Scope = { names: new Map(), parent: scope, file: scope.file };
  return many(
    inComprehension(
      machine,
      node,
      () => {
        const traces = bindGenerators(machine, node.generators, inner);
        return withTraces(machine.evaluate(node.elt, inner), traces);
      },
      node.generators.some(({ target }) => [...identifiers(target)].some((id) => /fold/i.test(id))),
    ),
  );
}

function inComprehension(machine: Machine, node: PyNode, run: () => Value, fold: boolean): Value {
  const loop: Loop = { node, fold };
  machine.loops.push(loop);
  const result = run();
  machine.loops.pop();
  return result;
}

/** Binds the names of comprehensions; gives what the values gone over carry themselves. */
function bindGenerators(
  machine: Machine,
  generators: readonly Comprehension[],
  scope: Scope,
): Value["traces"] {
  let over = unknown;
  for (const { target, iter, ifs } of generators) {
    const from = machine.evaluate(iter, scope);
    if (from.shape.kind !== "index" && from.shape.kind !== "table")
      over = join(over, plain(0, from.traces));
    bind(machine, target, candidates(iterated(from), machine.loops.at(-1)!), scope, iter);
    for (const one of ifs) machine.evaluate(one, scope);
  }
  return over.traces;
}

export function dictComprehension(
  machine: Machine,
  node: Extract<PyNode, { nodeType: "DictComp" }>,
  scope: Scope,
): Value {
  const inner: Scope = { names: new Map(), parent: scope, file: scope.file };
  const item = inComprehension(
    machine,
    node,
    () => {
      const traces = bindGenerators(machine, node.generators, inner);
      machine.evaluate(node.key, inner);
      return withTraces(machine.evaluate(node.value, inner), traces);
    },
    false,
  );
  return { rows: 0, traces: [], shape: { kind: "dict", entries: new Map(), rest: { item } } };
}

/** `[c for c in df.columns if c not in ("id", "y") and c.startswith("f_")]` */
function nameFilter(
  machine: Machine,
  node: Extract<PyNode, { nodeType: "ListComp" | "SetComp" | "GeneratorExp" }>,
  { target, ifs }: Comprehension,
  over: Value,
  scope: Scope,
): Value | undefined {
  if (target.nodeType !== "Name" || node.elt.nodeType !== "Name" || node.elt.id !== target.id)
    return undefined;
  const from = picksOf(
    over.shape.kind === "table"
      ? namesValue([{ among: over.shape.table, except: [], sure: true }], undefined)
      : over,
  );
  if (from === undefined) return undefined;
  let picks = from;
  for (const test of ifs)
    picks = picks.map((pick) => narrowed(machine, pick, target.id, test, scope));
  return namesValue(picks, node, over.traces);
}

function narrowed(machine: Machine, pick: Pick, name: string, test: PyNode, scope: Scope): Pick {
  if (test.nodeType === "BoolOp" && test.op.nodeType === "And")
    return test.values.reduce((one, part) => narrowed(machine, one, name, part, scope), pick);
  if (test.nodeType === "Compare" && test.left.nodeType === "Name" && test.left.id === name) {
    const other = test.comparators[0]!;
    const op = test.ops[0]?.nodeType;
    if (op === "NotIn" || op === "NotEq") {
      const dropped = picksOf(machine.evaluate(other, scope)) ?? targetPick(machine, other);
      return exceptThese(pick, dropped);
    }
    if (op === "In") {
      const kept = picksOf(machine.evaluate(other, scope))?.[0];
      return kept?.only === undefined
        ? { ...pick, sure: false }
        : { ...pick, ...onlyOf(pick, kept.only) };
    }
  }
  if (test.nodeType === "Call" && dotted(test.func) === `${name}.startswith`) {
    const [first] = test.args;
    const prefix = first === undefined ? undefined : textOf(machine.evaluate(first, scope));
    if (prefix !== undefined && pick.prefix === undefined) return { ...pick, prefix };
  }
  return { ...pick, sure: false };
}

function onlyOf(pick: Pick, names: readonly string[]): { only: readonly string[] } {
  return { only: pick.only === undefined ? names : pick.only.filter((one) => names.includes(one)) };
}

/** `config.target` and its like stand for the target, whatever they are called there. */
function targetPick(machine: Machine, node: PyNode): readonly Pick[] | undefined {
  if (!isTarget(node, machine.targets)) return undefined;
  return [{ only: machine.targets, except: [], sure: true }];
}
