import { type PyNode, walk } from "../python-tree.ts";
import { bind } from "./bind.ts";
import { candidates, iterated } from "./iterated.ts";
import { deep } from "./joining.ts";
import type { Machine } from "./machine.ts";
import { startFolds } from "./rows.ts";
import { Fit, Held, indexOf, items, type Loop, type Scope, unknown, type Value } from "./values.ts";

export function loop(
  machine: Machine,
  node: Extract<PyNode, { nodeType: "For" }>,
  scope: Scope,
): void {
  const over = machine.evaluate(node.iter, scope);
  const item = foldParts(node.target, iterated(over));
  const fold = isFoldItem(item);
  const one: Loop = { node, fold };
  if (fold && worksIn(node)) startFolds(machine);
  if (
    !fold &&
    over.shape.kind === "items" &&
    over.shape.items.length <= 6 &&
    over.shape.loose !== true
  ) {
    for (const each of over.shape.items) {
      inLoop(machine, one, () => {
        bind(machine, node.target, candidates(each, one), scope, node);
        machine.execute(node.body, scope);
      });
    }
  } else {
    inLoop(machine, one, () => {
      bind(machine, node.target, candidates(item, one), scope, node);
      machine.execute(node.body, scope);
      if (stacksRows(node)) machine.execute(node.body, scope);
    });
  }
  machine.execute(node.orelse, scope);
}

/** A second round sees the rows that the first one has put in. */
function stacksRows(node: Extract<PyNode, { nodeType: "For" }>): boolean {
  return node.body.some(
    (one) =>
      one.nodeType === "Assign" &&
      walk(one.value).some(
        (inner) =>
          inner.nodeType === "Call" &&
          inner.func.nodeType === "Attribute" &&
          /^(concat|vstack|concatenate)$/.test(inner.func.attr),
      ),
  );
}

export function inLoop(machine: Machine, one: Loop, run: () => void): void {
  machine.loops.push(one);
  run();
  machine.loops.pop();
}

function isFoldItem(value: Value): boolean {
  const { shape } = value;
  if (shape.kind === "index") return value.rows === Fit || value.rows === Held;
  return shape.kind === "items" && shape.items.some(isFoldItem);
}

/** Fits something, or calls; a loop that only numbers the folds is none. */
function worksIn(node: Extract<PyNode, { nodeType: "For" }>): boolean {
  return node.body.some((one) =>
    walk(one).some(
      (inner) =>
        inner.nodeType === "Call" &&
        /fit|train|predict|split|run|step|Dataset|DMatrix|Pool/i.test(
          inner.func.nodeType === "Name"
            ? inner.func.id
            : inner.func.nodeType === "Attribute"
              ? inner.func.attr
              : "",
        ),
    ),
  );
}

const fitNames = /^(tr|trn|train|fit|past|learn)(_|$|[0-9]|idx|ind|df|rows|x|y)/i;

const heldNames =
  /^(va|val|valid|vld|hold|held|future|oof|te|tst)(_|$|id|[0-9]|idx|ind|df|rows|out)/i;

/** Of `for k, tr, va in own_splits(df)` the names say which rows are which. */
function foldParts(target: PyNode, item: Value): Value {
  if (target.nodeType !== "Tuple" || isFoldItem(item)) return item;
  const names = target.elts.map((one) => (one.nodeType === "Name" ? one.id : ""));
  const inner = target.elts.findIndex(({ nodeType }) => nodeType === "Tuple");
  if (inner !== -1) {
    const parts = target.elts.map((one, at) => {
      const value = item.shape.kind === "items" ? (item.shape.items[at] ?? unknown) : unknown;
      return at === inner ? foldParts(one, value) : value;
    });
    return items(parts);
  }
  if (!names.some((name) => fitNames.test(name)) || !names.some((name) => heldNames.test(name)))
    return item;
  return items(
    names.map((name, at) => {
      const value = item.shape.kind === "items" ? (item.shape.items[at] ?? unknown) : unknown;
      const part = fitNames.test(name) ? Fit : heldNames.test(name) ? Held : 0;
      return part === 0 ? value : partNamed(value, part);
    }),
  );
}

function partNamed(value: Value, part: number): Value {
  const { shape } = value;
  if (
    shape.kind === "index" ||
    shape.kind === "any" ||
    shape.kind === "constant" ||
    shape.kind === "series"
  )
    return deep(value).rows === 0 || shape.kind === "index" || shape.kind === "series"
      ? indexOf(part)
      : { ...value, rows: part };
  return { ...value, rows: part };
}
