import {
  type Code,
  type ExperimentSource,
  oncePerSource,
  ownTarget,
  reachable,
  trainingFiles,
} from "./experiment-source.ts";
import { type Call, calledName, identifiers, type PyNode, walk, walkKind } from "./python-tree.ts";
import { ancestors, enclosingFunction, type IndexedFile } from "./source-index.ts";

type Loop = Extract<PyNode, { nodeType: "For" }>;

/** Code that runs on all of the training rows, before they are split into folds. */
export interface BeforeFolds extends Code {
  /** The function it stands in; undefined at the top level. */
  scope: PyNode | undefined;
}

function isFoldLoop(loop: Loop): boolean {
  if ([...identifiers(loop.target)].some((name) => /fold/i.test(name))) return true;
  for (const call of walkKind(loop.iter, "Call")) if (isSplit(call)) return true;
  return [...identifiers(loop.iter)].some((name) =>
    /^(folds?|splits|cv_splits|n_folds)$/i.test(name),
  );
}

/** `splitter.split(X, y)`, not `text.split(",")`. */
export function isSplit(call: Call): boolean {
  const first = call.args[0];
  return (
    call.func.nodeType === "Attribute" &&
    call.func.attr === "split" &&
    first !== undefined &&
    first.nodeType !== "Constant" &&
    call.func.value.nodeType !== "Constant"
  );
}

export function insideFoldLoop(file: IndexedFile, node: PyNode): boolean {
  for (const outer of ancestors(file, node)) {
    if (outer.nodeType === "For" && isFoldLoop(outer)) return true;
  }
  return false;
}

/**
 * Statements that run before the fold loop: in the function that holds it or calls what holds it, and in the functions
 * called from there and nowhere inside a loop. Nothing where no fold loop is found.
 */
export const beforeFolds = oncePerSource((source): readonly BeforeFolds[] => {
  const files = trainingFiles(source);
  const found: BeforeFolds[] = [];
  for (const file of files) {
    for (const scope of [file.tree as unknown as PyNode, ...file.functions.values()]) {
      const first = firstFoldLine(source, file, scope);
      if (first === undefined) continue;
      for (const node of ownStatements(scope)) {
        if ((node.end_lineno ?? node.lineno) < first) found.push({ file, node, scope });
      }
    }
  }
  return [...found, ...calledBefore(source, files, found)];
});

/** Statements of a function, or those of a module outside its functions and classes. */
function ownStatements(scope: PyNode): PyNode[] {
  const { body } = scope as unknown as { body: PyNode[] };
  return body.filter(({ nodeType }) => nodeType !== "FunctionDef" && nodeType !== "ClassDef");
}

/** The line of the first fold loop, or of the first call of a function that holds one. */
function firstFoldLine(
  source: ExperimentSource,
  file: IndexedFile,
  scope: PyNode,
): number | undefined {
  const lines: number[] = [];
  for (const statement of ownStatements(scope)) {
    for (const node of walk(statement)) {
      if (node.nodeType === "For" && isFoldLoop(node) && doesWork(node)) lines.push(node.lineno);
      if (node.nodeType !== "Call") continue;
      const target = ownTarget(source, file, node);
      const holds = target !== undefined && holdsFoldLoop(source, target);
      if (holds || /^cross_val_(score|predict)|^cross_validate$/.test(calledName(node)))
        lines.push(node.lineno);
    }
  }
  return lines.length === 0 ? undefined : Math.min(...lines);
}

/** Fits something, or calls; a loop that only loads a model a fold or numbers the folds is none. */
function doesWork(loop: Loop): boolean {
  const names = loop.body.flatMap((node) => [...walkKind(node, "Call")].map(calledName));
  return names.some((name) => /fit|train|predict|split|run|step|Dataset|DMatrix|Pool/i.test(name));
}

const holding = new WeakMap<PyNode, boolean>();

function holdsFoldLoop(source: ExperimentSource, { file, node }: Code): boolean {
  const known = holding.get(node);
  if (known !== undefined) return known;
  const code = reachable(source, [{ file, node }]);
  const holds = code.some((one) =>
    [...walkKind(one.node, "For")].some((loop) => isFoldLoop(loop) && doesWork(loop)),
  );
  holding.set(node, holds);
  return holds;
}

/** Bodies of own functions that are called before the folds and from nowhere inside them. */
function calledBefore(
  source: ExperimentSource,
  files: readonly IndexedFile[],
  before: readonly BeforeFolds[],
): BeforeFolds[] {
  const inFolds = new Set<PyNode>(foldCode(source, files).map(({ node }) => node));
  const called = reachable(source, before).filter(
    ({ node }) => node.nodeType === "FunctionDef" && !inFolds.has(node),
  );
  return called.flatMap(({ file, node }) =>
    (node as Extract<PyNode, { nodeType: "FunctionDef" }>).body.map((one) => ({
      file,
      node: one,
      scope: node,
    })),
  );
}

/** The code that runs inside a fold loop, functions called there among it. */
function foldCode(source: ExperimentSource, files: readonly IndexedFile[]): Code[] {
  const bodies = files.flatMap((file) =>
    file.nodes
      .filter((node) => node.nodeType === "For" && isFoldLoop(node))
      .flatMap((loop) => (loop as Loop).body.map((node) => ({ file, node }))),
  );
  return reachable(source, bodies);
}

/** Nodes of the same function as `node`, in order; of the module where it is in none. */
export function scopeNodes(file: IndexedFile, node: PyNode): readonly PyNode[] {
  const scope = enclosingFunction(file, node);
  return scope === undefined ? file.nodes : [...walk(scope)];
}
