import { type Call, calledName, type PyNode, walk, walkKind } from "../python-tree.ts";
import { deep } from "./joining.ts";
import { type Machine, report } from "./machine.ts";
import { Fit, Held, mayBeAll, type Value } from "./values.ts";

const keeps =
  /^(save|save_model|save_pretrained|save_weights|save_checkpoint|deepcopy|state_dict|dump|clone|copy)$/;

/**
 * `if score > best: best = score; torch.save(...)` in a loop within a fold, where the score comes from the rows that
 * the fold leaves out.
 */
export function checkEpoch(
  machine: Machine,
  node: Extract<PyNode, { nodeType: "If" }>,
  test: Value,
): void {
  const compares = [...walkKind(node.test, "Compare")].filter(({ ops }) =>
    ops.some(({ nodeType }) => /^(Lt|Gt|LtE|GtE)$/.test(nodeType)),
  );
  if (compares.length === 0) return;
  const { rows } = deep(test);
  if ((rows & Held) === 0 || (mayBeAll(rows) && rows !== 0 && (rows & Fit) === 0)) return;
  const nearest = machine.loops.at(-1);
  if (nearest === undefined || nearest.fold) return;
  if (!remembers(compares, node.body) || !keepsMore(compares, node.body)) return;
  report(machine, { kind: "best-epoch", file: machine.place, at: node });
}

/** The better score becomes the one to beat. */
function remembers(compares: readonly PyNode[], body: readonly PyNode[]): boolean {
  const names = new Set(
    compares.flatMap((one) => walk(one).map(wholeName)).filter((one) => one !== ""),
  );
  return assignments(body).some((target) => names.has(wholeName(target)));
}

/** Something beside the score is kept: weights, predictions, a threshold. */
function keepsMore(compares: readonly PyNode[], body: readonly PyNode[]): boolean {
  const calls: Call[] = body.flatMap((one) => [...walkKind(one, "Call")]);
  if (calls.some((call) => keeps.test(calledName(call)))) return true;
  const names = new Set(compares.flatMap((one) => walk(one).map(wholeName)));
  return assignments(body).some((target) => {
    const name = wholeName(target);
    return (
      name !== "" &&
      !names.has(name) &&
      !/epoch|iter|step|wait|patience|count|bad|no_improve/i.test(name)
    );
  });
}

function assignments(body: readonly PyNode[]): PyNode[] {
  return body
    .flatMap((one) => walk(one))
    .flatMap((one) => (one.nodeType === "Assign" ? one.targets : []))
    .flatMap((target) => (target.nodeType === "Tuple" ? target.elts : [target]));
}

function wholeName(node: PyNode): string {
  if (node.nodeType === "Name") return node.id;
  if (node.nodeType === "Subscript") return wholeName(node.value);
  if (node.nodeType !== "Attribute") return "";
  const base = wholeName(node.value);
  return base === "" ? "" : `${base}.${node.attr}`;
}
