import { targetColumns } from "../../../competition/project.ts";
import { parameterList } from "../entry-point.ts";
import { type ExperimentSource, oncePerSource, trainingFiles } from "../experiment-source.ts";
import type { FunctionDef, PyNode } from "../python-tree.ts";
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
  series,
  Test,
  unknown,
  type Value,
} from "./values.ts";

const nodes = 150_000;

const depth = 24;

/**
 * Follows what training does, from statement to statement and into the experiment's own functions, and keeps for each
 * value which rows it holds and whether the target, or something learnt from it, went into it.
 */
export const followTraining = oncePerSource((source): Machine | undefined => {
  const { train } = source;
  if (train === undefined) return undefined;
  const machine = newMachine(source, train);
  const scope = machine.load(train);
  const functions = [...scope.names.values()].flatMap(({ shape }) =>
    shape.kind === "function" ? [shape.own] : [],
  );
  const main = functions.find(({ node }) => "name" in node && node.name === "main");
  if (main !== undefined) start(machine, main);
  for (const file of trainingFiles(source)) startRest(machine, file);
  return machine;
});

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
        origins: new Set(),
        ranFolds: false,
      },
    ],
    results: { returned: [], yielded: [] },
    folded: false,
    budget: nodes,
    leaks: [],
    earlyFits: [],
    statistics: [],
    modules: new Map(),
    entered: new Set(),
    evaluate: (node, scope) => evaluate(machine, node, scope),
    execute: (body, scope) => execute(machine, body, scope),
    enter: (own, values, call, file) => enter(machine, own, values, call, file),
    load: (file) => load(machine, file),
  };
  return machine;
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

/** Functions and methods that nothing was seen to call. */
function startRest(machine: Machine, file: IndexedFile): void {
  const scope = machine.load(file);
  for (const { shape } of scope.names.values()) {
    if (shape.kind === "function" && shape.own.file === file) start(machine, shape.own);
    if (shape.kind !== "class" || shape.own.file !== file) continue;
    const self: Value = {
      rows: 0,
      traces: [],
      shape: { kind: "thing", thing: { owner: shape.own, fields: new Map() } },
    };
    for (const { shape: member } of shape.own.names.values())
      if (member.kind === "function") start(machine, { ...member.own, self });
  }
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
  machine.frames.push({ name, call, file, body: node, origins, ranFolds: false });
  const result =
    node.nodeType === "Lambda"
      ? evaluate(machine, node.body, scope)
      : followed(machine, node, scope);
  machine.frames.pop();
  machine.results = results;
  machine.place = place;
  return result;
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

/** What a parameter's name says of a value that nobody was seen to give. */
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
