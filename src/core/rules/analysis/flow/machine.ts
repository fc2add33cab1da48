import type { ExperimentSource } from "../experiment-source.ts";
import type { Learns } from "../learners.ts";
import type { Call, PyNode } from "../python-tree.ts";
import type { IndexedFile } from "../source-index.ts";
import type { Frame, Loop, OwnFunction, Scope, Trace, Value } from "./values.ts";

export type LeakKind =
  | "target-statistic"
  | "fitted-on-target"
  | "feature-from-target"
  | "id-feature"
  | "added-rows"
  | "repeated-rows"
  | "in-sample"
  | "rejoined-rows"
  | "tuned-on-oof"
  | "best-epoch"
  | "row-statistic"
  | "solution";

/** Something that was seen to go wrong, where it happens. */
export interface Leak {
  kind: LeakKind;
  file: IndexedFile;
  at: PyNode;
  /** A name to say it with. */
  what?: string | undefined;
  /** Whether it is less than an error. */
  mild?: boolean;
}

/** A transformer fitted before any fold. */
export interface EarlyFit {
  file: IndexedFile;
  call: Call;
  name: string;
  learns: Learns;
  /** Whether the data are train and test combined. */
  joined: boolean;
}

/** The state while an experiment's code is followed from statement to statement. */
export interface Machine {
  source: ExperimentSource;
  /** The file that is being followed. */
  place: IndexedFile;
  targets: readonly string[];
  id: string | undefined;
  /** Loops around what is being followed, the outermost first. */
  loops: Loop[];
  /** Calls around it; the first stands for the module. */
  frames: Frame[];
  /** What the function that is being followed has given so far. */
  results: { returned: Value[]; yielded: Value[] };
  /** Whether a fold's rows have been worked with. */
  folded: boolean;
  /** Whether only what is wrong wherever it is called may be said: nothing is known of what a function is given. */
  quiet: boolean;
  /** Nodes that may still be looked at. */
  budget: number;
  /** How deep the node stands that is being looked at, statements and calls around it counted. */
  nesting: number;
  leaks: Leak[];
  earlyFits: EarlyFit[];
  /** Statistics of the target that no fold was seen to use. */
  statistics: Trace[];
  modules: Map<IndexedFile, Scope>;
  /** Bodies of functions that were followed. */
  entered: Set<object>;
  evaluate: (node: PyNode, scope: Scope) => Value;
  execute: (body: readonly PyNode[], scope: Scope) => boolean;
  enter: (own: OwnFunction, given: Arguments, call: PyNode | undefined, file: IndexedFile) => Value;
  load: (file: IndexedFile) => Scope;
}

/** What a call is given, evaluated. */
export interface Arguments {
  args: Value[];
  named: Map<string, Value>;
}

export function given({ args, named }: Arguments): Value[] {
  return named.size === 0 ? args : [...args, ...named.values()];
}

export function report(machine: Machine, leak: Leak): void {
  if (machine.quiet && leak.kind !== "row-statistic") return;
  const known = machine.leaks.some(({ kind, at }) => kind === leak.kind && at === leak.at);
  if (!known) machine.leaks.push({ ...leak, file: homeOf(machine, leak) });
}

/** The file that a node stands in: a choice of columns may come from another one. */
function homeOf({ source }: Machine, { file, at }: Leak): IndexedFile {
  if (file.parents.has(at)) return file;
  return [...source.files.values()].find(({ parents }) => parents.has(at)) ?? file;
}

export function reportTrace(machine: Machine, kind: LeakKind, trace: Trace, at: PyNode): void {
  report(machine, { kind, file: trace.file, at: trace.at ?? at, what: trace.what });
}

/** A place as the function that goes over the folds sees it: the call there that leads to it. */
export function seenFrom(
  { frames }: Machine,
  file: IndexedFile,
  at: PyNode,
  wanted: (frame: Frame) => boolean,
): { file: IndexedFile; at: PyNode } {
  for (let depth = frames.length - 1; depth >= 0; depth -= 1) {
    if (!wanted(frames[depth]!)) continue;
    const next = frames[depth + 1];
    if (next?.call === undefined || next.file === undefined) break;
    return { file: next.file, at: next.call };
  }
  return { file, at };
}

/** The loops around the folds that are being gone over. */
export function outerLoops({ loops }: Machine): Loop[] {
  const first = loops.findIndex(({ fold }) => fold);
  return loops.slice(0, first === -1 ? loops.length : first);
}

/** A name's value where the code stands, outer functions and the module looked through. */
export function lookUp(scope: Scope, name: string): Value | undefined {
  for (let one: Scope | undefined = scope; one !== undefined; one = one.parent) {
    const found = one.names.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function setName(scope: Scope, name: string, value: Value): void {
  if (scope.globals?.has(name)) {
    for (let one = scope.parent; one !== undefined; one = one.parent) {
      if (!one.names.has(name) && one.parent !== undefined) continue;
      one.names.set(name, value);
      return;
    }
  }
  scope.names.set(name, value);
}
