import { mainOf, parameterList } from "./entry-point.ts";
import {
  type Code,
  type ExperimentSource,
  nodesOf,
  oncePerSource,
  ownTarget,
  reachable,
  trainingFiles,
} from "./experiment-source.ts";
import {
  argumentsOf,
  type Call,
  calledName,
  identifiers,
  type PyNode,
  stringValue,
  walkKind,
} from "./python-tree.ts";
import { ancestors, type IndexedFile } from "./source-index.ts";

/** What only a debug run does: the code that hangs on `debug` in the training files and what it calls. */
export interface DebugScope {
  train: IndexedFile;
  /** The `if debug:` of main, else main. */
  at: PyNode;
  code: Code[];
  /** Whether `debug` is passed to something that cannot be looked into. */
  passedOn: boolean;
}

/** Undefined where main is missing or takes no `debug`, which other rules say. */
export const debugScope = oncePerSource((source): DebugScope | undefined => {
  const { train } = source;
  const main = mainOf(train);
  if (train === undefined || main === undefined) return undefined;
  if (!parameterList(main).some(({ name }) => name === "debug")) return undefined;
  const files = trainingFiles(source);
  const hanging = files.flatMap((file) =>
    file.nodes
      .filter(hangsOnDebug)
      .flatMap((node) => branches(node).map((one) => ({ file, node: one }))),
  );
  const inMain = [...nodesOf([{ file: train, node: main }])].map(({ node }) => node);
  return {
    train,
    at: inMain.find((node) => node.nodeType === "If" && hangsOnDebug(node)) ?? main,
    code: reachable(source, hanging),
    passedOn: files.some((file) => file.calls.some((call) => passesOn(source, file, call))),
  };
});

export function hangsOnDebug(node: PyNode): boolean {
  if (node.nodeType === "If" || node.nodeType === "IfExp") return mentionsDebug(node.test);
  return (node.nodeType as string) === "BoolOp" && mentionsDebug(node);
}

function branches(node: PyNode): PyNode[] {
  if (node.nodeType === "If") return [...node.body, ...node.orelse];
  return [node];
}

function mentionsDebug(node: PyNode): boolean {
  const names = identifiers(node);
  return names.has("debug") || names.has("DEBUG") || names.has("is_debug");
}

const harmless =
  /^(str|int|bool|print|lower|dict|repr|log_params?|set_tags?|start_run|info|debug|dump|dumps)$/;

function passesOn(source: ExperimentSource, file: IndexedFile, call: Call): boolean {
  if (!argumentsOf(call).some((one) => one.nodeType === "Name" && one.id === "debug")) return false;
  return !harmless.test(calledName(call)) && ownTarget(source, file, call) === undefined;
}

/** Names that the code sets: targets of assignments, keywords of calls, keys written as text. */
export function namesSet(code: readonly Code[]): Set<string> {
  const names = new Set<string>();
  for (const { node } of nodesOf(code)) {
    if (node.nodeType === "Keyword" && node.arg) names.add(node.arg);
    for (const target of targetsOf(node)) {
      if (target.nodeType === "Name") names.add(target.id);
      if (target.nodeType === "Attribute") names.add(target.attr);
      if (target.nodeType === "Subscript") names.add(stringValue(target.slice) ?? "");
    }
  }
  return names;
}

function targetsOf(node: PyNode): PyNode[] {
  if (node.nodeType === "Assign") {
    return node.targets.flatMap((one) => (one.nodeType === "Tuple" ? one.elts : [one]));
  }
  return node.nodeType === "AnnAssign" || node.nodeType === "AugAssign" ? [node.target] : [];
}

/** Set under debug, also where the whole value hangs on debug: `x = a if debug else b`. */
export function namesSetInDebug(source: ExperimentSource, { code }: DebugScope): Set<string> {
  const set = namesSet(code);
  for (const file of trainingFiles(source)) {
    for (const name of conditionalNames(file)) set.add(name);
  }
  return set;
}

/** Names whose value hangs on debug: `a = x if debug else y`, `Config(epochs=1 if debug else 10)`. */
function* conditionalNames(file: IndexedFile): Generator<string> {
  for (const node of walkKind(file.tree, "IfExp")) {
    if (![...walkKind(node.test, "Name")].some(({ id }) => /debug/i.test(id))) continue;
    for (const outer of ancestors(file, node)) {
      if (outer.nodeType === "Keyword" && outer.arg) yield outer.arg;
      for (const target of targetsOf(outer)) {
        if (target.nodeType === "Attribute") yield target.attr;
        if (target.nodeType === "Name") yield target.id;
      }
    }
  }
}
