import {
  type Call,
  type ClassDef,
  childrenOf,
  dotted,
  type FunctionDef,
  type PyNode,
  walk,
} from "./python-tree.ts";
import type { SourceFile } from "./source-file.ts";

/** A file with what rules ask of it again and again. */
export interface IndexedFile extends SourceFile {
  /** Every node, in the order of the source. */
  nodes: readonly PyNode[];
  calls: readonly Call[];
  parents: ReadonlyMap<object, PyNode>;
  /** Functions and classes at the top level by name. */
  functions: ReadonlyMap<string, FunctionDef>;
  classes: ReadonlyMap<string, ClassDef>;
  /** What a name stands for, by the imports anywhere in the file: np -> numpy, KFold -> sklearn.model_selection.KFold. */
  imports: ReadonlyMap<string, string>;
}

export function indexFile(file: SourceFile): IndexedFile {
  const nodes = walk(file.tree);
  const top = file.tree.body;
  return {
    ...file,
    nodes,
    calls: nodes.filter((node) => node.nodeType === "Call"),
    parents: parentsIn(nodes),
    functions: byName(top.filter((node) => node.nodeType === "FunctionDef")),
    classes: byName(top.filter((node) => node.nodeType === "ClassDef")),
    imports: importsIn(nodes, file.name),
  };
}

function byName<Named extends { name: string }>(nodes: readonly Named[]): Map<string, Named> {
  return new Map(nodes.map((node) => [node.name, node]));
}

/** What has no place of its own (a function's arguments) is passed over: their parent is the function. */
function parentsIn(nodes: readonly PyNode[]): Map<object, PyNode> {
  const parents = new Map<object, PyNode>();
  for (const node of nodes) adopt(node, node, parents);
  return parents;
}

function adopt(parent: PyNode, above: object, parents: Map<object, PyNode>): void {
  for (const child of childrenOf(above)) {
    parents.set(child, parent);
    if (!("lineno" in child)) adopt(parent, child, parents);
  }
}

/** The module that `from module import x` in a file names, `..module` made whole: from .tables in harness/data.py. */
function importedModule(
  { module, level }: { module?: string; level?: number },
  fileName: string,
): string | undefined {
  if (!level) return module;
  const folders = fileName.split("/").slice(0, -level);
  return [...folders, ...(module === undefined ? [] : [module])].join(".");
}

function importsIn(nodes: readonly PyNode[], fileName: string): Map<string, string> {
  const imports = new Map<string, string>();
  for (const node of nodes) {
    if (node.nodeType === "Import") {
      for (const { name, asname } of node.names) {
        const local = asname ?? name.split(".")[0]!;
        imports.set(local, asname ? name : local);
      }
    } else if (node.nodeType === "ImportFrom") {
      for (const { name, asname } of node.names) {
        const module = importedModule(node, fileName);
        imports.set(asname ?? name, module ? `${module}.${name}` : name);
      }
    }
  }
  return imports;
}

/** The full dotted name of an expression, imports followed: `np.random.seed` -> numpy.random.seed. */
export function resolve(file: IndexedFile, node: PyNode): string | undefined {
  const name = dotted(node);
  if (name === undefined) return undefined;
  const [first, ...rest] = name.split(".");
  return [file.imports.get(first!) ?? first!, ...rest].join(".");
}

/** The nodes around one, the nearest first. */
export function* ancestors(file: IndexedFile, node: PyNode): Generator<PyNode> {
  for (let one = file.parents.get(node); one !== undefined; one = file.parents.get(one)) yield one;
}

export function enclosingFunction(file: IndexedFile, node: PyNode): FunctionDef | undefined {
  for (const one of ancestors(file, node)) if (one.nodeType === "FunctionDef") return one;
  return undefined;
}

/** The plain names that a statement assigns to, each with its value. */
export function* assignments(node: PyNode): Generator<{ name: string; value: PyNode }> {
  if (node.nodeType !== "Assign" && node.nodeType !== "AnnAssign") return;
  const { value } = node;
  if (!value) return;
  for (const target of node.nodeType === "Assign" ? node.targets : [node.target]) {
    if (target.nodeType === "Name") yield { name: target.id, value };
  }
}

/** What is assigned to a plain name within `scope`, every time. */
export function assignedValues(scope: Iterable<PyNode>, name: string): PyNode[] {
  const found: PyNode[] = [];
  for (const node of scope) {
    const hit = [...assignments(node)].find((one) => one.name === name);
    if (hit !== undefined) found.push(hit.value);
  }
  return found;
}

/** Whether something of that kind is around a node. */
export function isUnder(
  file: IndexedFile,
  node: PyNode,
  kind: (outer: PyNode) => boolean,
): boolean {
  for (const outer of ancestors(file, node)) if (kind(outer)) return true;
  return false;
}
