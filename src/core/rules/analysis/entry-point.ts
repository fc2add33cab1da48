import type { Edit } from "../rule.ts";
import {
  type Arguments,
  type Call,
  type FunctionDef,
  type PyNode,
  walkKind,
} from "./python-tree.ts";
import { type IndexedFile, resolve } from "./source-index.ts";

/** The `if __name__ == "__main__":` of a file. */
export function mainGuard(file: IndexedFile): Extract<PyNode, { nodeType: "If" }> | undefined {
  return file.tree.body.find((node) => node.nodeType === "If" && isMainTest(node.test)) as
    | Extract<PyNode, { nodeType: "If" }>
    | undefined;
}

function isMainTest(test: PyNode): boolean {
  if (test.nodeType !== "Compare") return false;
  const sides = [test.left, ...test.comparators];
  return (
    sides.some((side) => side.nodeType === "Name" && side.id === "__name__") &&
    sides.some((side) => side.nodeType === "Constant" && side.value === "__main__")
  );
}

export function callsOf(file: IndexedFile, node: PyNode, name: string): Call[] {
  return [...walkKind(node, "Call")].filter((call) => resolve(file, call.func) === name);
}

/** Whether a top-level name is there, as a function, an import or an assignment. */
export function definesName(file: IndexedFile, name: string): boolean {
  return (
    file.functions.has(name) ||
    file.classes.has(name) ||
    file.imports.has(name) ||
    file.tree.body.some(
      (node) =>
        node.nodeType === "Assign" &&
        node.targets.some((target) => target.nodeType === "Name" && target.id === name),
    )
  );
}

export interface Parameter {
  name: string;
  annotation: PyNode | undefined;
  default: PyNode | undefined;
}

/** Parameters in order, each with its default. */
export function parameterList({ args }: { args: Arguments }): Parameter[] {
  const plain = [...args.posonlyargs, ...args.args];
  const without = plain.length - args.defaults.length;
  return [
    ...plain.map(({ arg, annotation }, index) => ({
      name: arg,
      annotation,
      default: args.defaults[index - without],
    })),
    ...args.kwonlyargs.map(({ arg, annotation }, index) => ({
      name: arg,
      annotation,
      default: args.kw_defaults[index] ?? undefined,
    })),
  ];
}

/** The `main` of train.py, where it is a function of that file. */
export function mainOf(file: IndexedFile | undefined): FunctionDef | undefined {
  return file?.functions.get("main");
}

/** A call at the top level that starts the run. */
export function startOfRun(file: IndexedFile): PyNode | undefined {
  return file.tree.body.find(
    (node) =>
      node.nodeType === "Expr" &&
      node.value.nodeType === "Call" &&
      (callsOf(file, node, "main").length > 0 || callsOf(file, node, "tyro.cli").length > 0),
  );
}

/** Only where main is there and nothing starts it yet. */
export function fixWithGuard(file: IndexedFile, lines: string): Edit[] | undefined {
  if (mainOf(file) === undefined || startOfRun(file) !== undefined) return undefined;
  return [{ append: lines }];
}
