import { isFeatureMaker } from "./features.ts";
import { targetColumns } from "../../../competition/project.ts";
import { parameterList } from "../entry-point.ts";
import { type ExperimentSource, oncePerSource, trainingFiles } from "../experiment-source.ts";
import { isSplit } from "../fold-loop.ts";
import { type FunctionDef, identifiers, type PyNode, walkKind } from "../python-tree.ts";
import type { IndexedFile } from "../source-index.ts";
import { evaluate } from "./evaluate.ts";
import { joinAll, mixed } from "./joining.ts";
import { type Arguments, given, type Machine } from "./machine.ts";
import { execute } from "./statements.ts";
import { frame, newTable } from "./table.ts";
import {
  All,
  items,
  many,
  type OwnFunction,
  type Scope,
  type Thing,
  series,
  Test,
  unknown,
  type Value,
} from "./values.ts";

const nodes = 150_000;

const depth = 24;

/** A node below so many others is not looked into: the stack ends somewhere. */
const deepest = 500;

/**
 * Follows what training does, from statement to statement and into the experiment's own functions, and keeps for each
 * value which rows it holds and whether the target, or something learnt from it, went into it.
 */
export const followTraining = oncePerSource((source): Machine | undefined => {
  const { train } = source;
  if (train === undefined) return undefined;
  const machine = newMachine(source, train);
  const scope = machine.load(train);
  const roots = functionsOf(scope, train).filter(({ node }) => startsByItself(node));
  for (const own of roots) start(machine, own);
  machine.quiet = true;
  for (const file of trainingFiles(source)) startRest(machine, file);
  return machine;
});

function functionsOf(scope: Scope, file: IndexedFile): OwnFunction[] {
  return [...scope.names.values()].flatMap(({ shape }) => {
    if (shape.kind === "function" && shape.own.file === file) return [shape.own];
    if (shape.kind !== "class" || shape.own.file !== file) return [];
    const thing: Thing = { owner: shape.own, fields: new Map() };
    const self: Value = { rows: 0, traces: [], shape: { kind: "thing", thing } };
    return [...shape.own.names.values()].flatMap(({ shape: member }) =>
      member.kind === "function" ? [{ ...member.own, self }] : [],
    );
  });
}

/** `main`, a function that needs nothing, or one that makes the folds itself. */
function startsByItself(node: OwnFunction["node"]): boolean {
  if (node.nodeType === "Lambda") return false;
  if (node.name === "main") return true;
  const needed = parameterList(node).filter(
    ({ name, default: otherwise }) => otherwise === undefined && name !== "self" && name !== "cls",
  );
  return (
    needed.length === 0 ||
    node.decorator_list.some((one) =>
      /command|hydra|app|cli|main/.test([...identifiers(one)].join(" ")),
    ) ||
    [...walkKind(node, "For")].some((loop) => [...walkKind(loop.iter, "Call")].some(isSplit))
  );
}

function newMachine(source: ExperimentSource, train: IndexedFile): Machine {
  const machine: Machine = {
    source,
    place: train,
    targets: targetColumns(source.project),
    id: source.project.data.id,
    loops: [],
    frames: [
      {
        name: "",
        call: undefined,
        file: undefined,
        body: train.tree,
        first: undefined,
        origins: new Set(),
        ranFolds: false,
      },
    ],
    results: { returned: [], yielded: [] },
    folded: false,
    quiet: false,
    budget: nodes,
    nesting: 0,
    leaks: [],
    earlyFits: [],
    statistics: [],
    modules: new Map(),
    entered: new Set(),
    evaluate: (node, scope) => nested(machine, () => evaluate(machine, node, scope), unknown),
    execute: (body, scope) => nested(machine, () => execute(machine, body, scope), false),
    enter: (own, values, call, file) => enter(machine, own, values, call, file),
    load: (file) => load(machine, file),
  };
  return machine;
}

function nested<Result>(machine: Machine, run: () => Result, otherwise: Result): Result {
  if (machine.nesting >= deepest) return otherwise;
  machine.nesting += 1;
  const result = run();
  machine.nesting -= 1;
  return result;
}

/** The names of a module, its statements followed once. */
function load(machine: Machine, file: IndexedFile): Scope {
  const known = machine.modules.get(file);
  if (known !== undefined) return known;
  const scope: Scope = { names: new Map(), parent: undefined, file };
  machine.modules.set(file, scope);
  const { place, loops } = machine;
  machine.place = file;
  machine.loops = [];
  execute(machine, file.tree.body, scope);
  machine.place = place;
  machine.loops = loops;
  return scope;
}

/** A function that something else calls: a command line, a library. */
function start(machine: Machine, own: OwnFunction): void {
  if (machine.entered.has(own.node)) return;
  enter(machine, own, { args: [], named: new Map() }, undefined, own.file);
}

/** Functions and methods that are not called in any code that was followed. */
function startRest(machine: Machine, file: IndexedFile): void {
  for (const own of functionsOf(machine.load(file), file)) start(machine, own);
}

/** Follows a call into an own function; what is too deep or calls itself is not looked into. */
function enter(
  machine: Machine,
  own: OwnFunction,
  values: Arguments,
  call: PyNode | undefined,
  file: IndexedFile,
): Value {
  const { node } = own;
  const again = machine.frames.filter(({ body }) => body === node).length;
  if (again > 1 || machine.frames.length > depth || machine.budget < 0) return mixed(given(values));
  machine.entered.add(node);
  const scope: Scope = { names: new Map(), parent: own.scope, file: own.file };
  const { place, results } = machine;
  machine.place = own.file;
  bindParameters(machine, own, values, scope, call === undefined);
  machine.results = { returned: [], yielded: [] };
  const name = node.nodeType === "FunctionDef" ? node.name : "";
  const origins = new Set(
    given(values).flatMap(({ shape }) => (shape.kind === "table" ? [shape.table.origin] : [])),
  );
  if (isFeatureMaker(name)) makeFrame(own, scope);
  const first = firstOf(own, scope);
  machine.frames.push({ name, call, file, body: node, first, origins, ranFolds: false });
  const result =
    node.nodeType === "Lambda"
      ? evaluate(machine, node.body, scope)
      : followed(machine, node, scope);
  machine.frames.pop();
  machine.results = results;
  machine.place = place;
  return result;
}

/** engineer_features is given a frame, also where no call of it was seen. */
function makeFrame(own: OwnFunction, scope: Scope): void {
  const parameter = parameterList(own.node)[own.self === undefined ? 0 : 1];
  const value = parameter === undefined ? undefined : scope.names.get(parameter.name);
  if (parameter === undefined || value?.shape.kind !== "any") return;
  scope.names.set(parameter.name, frame(newTable(true), value.rows, value.traces));
}

/** What its first parameter stands for, where nothing was given. */
function firstOf({ node, self }: OwnFunction, scope: Scope): Value | undefined {
  const parameter = parameterList(node)[self === undefined ? 0 : 1];
  return parameter === undefined ? undefined : scope.names.get(parameter.name);
}

function followed(machine: Machine, node: FunctionDef, scope: Scope): Value {
  execute(machine, node.body, scope);
  const { returned, yielded } = machine.results;
  return yielded.length > 0 ? many(joinAll(yielded)) : joinAll(returned);
}

function bindParameters(
  machine: Machine,
  own: OwnFunction,
  values: Arguments,
  scope: Scope,
  guess: boolean,
): void {
  const list = parameterList(own.node);
  const args = [
    ...(own.self === undefined ? [] : [own.self]),
    ...(own.given ?? []),
    ...values.args,
  ];
  const nothingKnown = guess || (values.args.length === 0 && values.named.size === 0);
  for (const [at, parameter] of list.entries()) {
    const { name } = parameter;
    const value = args[at] ?? values.named.get(name) ?? own.named?.get(name);
    const otherwise =
      parameter.default === undefined
        ? nothingKnown
          ? guessed(machine, name)
          : unknown
        : evaluate(machine, parameter.default, own.scope);
    scope.names.set(name, value ?? otherwise);
  }
  const { vararg, kwarg } = own.node.args;
  if (vararg !== undefined) scope.names.set(vararg.arg, items(args.slice(list.length)));
  if (kwarg !== undefined) {
    const known = new Set(list.map(({ name }) => name));
    const entries = new Map([...values.named].filter(([name]) => !known.has(name)));
    scope.names.set(kwarg.arg, {
      rows: 0,
      traces: [],
      shape: { kind: "dict", entries, rest: { item: unknown } },
    });
  }
}

/** What a parameter's name says of its value where no call of the function was seen. */
function guessed(machine: Machine, name: string): Value {
  if (/^(df_?)?test(_df)?$/i.test(name)) return frame(newTable(true), Test);
  if (/^(df_?)?train(_df)?$/i.test(name)) {
    const table = newTable(true);
    for (const target of machine.targets)
      table.columns.set(target, series(0, [{ kind: "target", file: machine.place, what: target }]));
    return frame(table, All);
  }
  return /^(df|data|frame|table)$/i.test(name) ? frame(newTable(true), 0) : unknown;
}
