import type { Project } from "../../competition/project.ts";
import { type Call, type PyNode, walk } from "./python-tree.ts";
import type { SourceFile } from "./source-file.ts";
import { type IndexedFile, indexFile, resolve } from "./source-index.ts";

/** Everything the rules know of one experiment. */
export interface ExperimentSource {
  name: string;
  project: Project;
  /** By name relative to the experiment's folder. */
  files: ReadonlyMap<string, IndexedFile>;
  train: IndexedFile | undefined;
  settings: IndexedFile | undefined;
  inference: IndexedFile | undefined;
}

/** A piece of code and the file it stands in. */
export interface Code {
  file: IndexedFile;
  node: PyNode;
}

export function makeExperimentSource(
  name: string,
  project: Project,
  sources: readonly SourceFile[],
): ExperimentSource {
  const files = new Map(sources.map((source) => [source.name, indexFile(source)]));
  return {
    name,
    project,
    files,
    train: files.get("train.py"),
    settings: files.get("settings.py"),
    inference: files.get("inference.py"),
  };
}

/** The experiment's own file for a dotted module name. */
export function ownModule(source: ExperimentSource, module: string): IndexedFile | undefined {
  const file = module.replaceAll(".", "/");
  return source.files.get(`${file}.py`) ?? source.files.get(`${file}/__init__.py`);
}

/** The experiment's own files that a file imports, straight or through each other, itself first. */
export function withHelpers(
  source: ExperimentSource,
  start: IndexedFile,
  except: readonly string[] = [],
): IndexedFile[] {
  const found = new Set([start]);
  for (const file of found) {
    for (const origin of file.imports.values()) {
      const own = ownModule(source, origin) ?? ownModule(source, parentOf(origin));
      if (own !== undefined && !except.includes(own.name)) found.add(own);
    }
  }
  return [...found];
}

/** Computes something of an experiment once, however many rules ask for it. */
export function oncePerSource<T>(
  compute: (source: ExperimentSource) => T,
): (source: ExperimentSource) => T {
  const known = new WeakMap<ExperimentSource, { value: T }>();
  return (source) => {
    const found = known.get(source) ?? { value: compute(source) };
    known.set(source, found);
    return found.value;
  };
}

/** The train script and the modules it is made of; inference.py, which it may call at the end, is none of them. */
export const trainingFiles = oncePerSource((source): readonly IndexedFile[] =>
  source.train === undefined ? [] : withHelpers(source, source.train, ["inference.py"]),
);

function parentOf(name: string): string {
  return name.includes(".") ? name.slice(0, name.lastIndexOf(".")) : name;
}

/** The experiment's own function or class that a call enters; undefined where it is none or cannot be known. */
export function ownTarget(
  source: ExperimentSource,
  file: IndexedFile,
  call: Call,
): Code | undefined {
  const name = resolve(file, call.func);
  if (name === undefined) return undefined;
  return definition(source, file, name);
}

/** Where a name is defined, through the packages that pass it on (`from .data import load_data` in __init__.py). */
function definition(
  source: ExperimentSource,
  file: IndexedFile,
  name: string,
  seen: readonly string[] = [],
): Code | undefined {
  const owner = name.includes(".") ? ownModule(source, parentOf(name)) : file;
  if (owner === undefined || seen.includes(name)) return undefined;
  const last = name.split(".").at(-1)!;
  const node = owner.functions.get(last) ?? owner.classes.get(last);
  if (node !== undefined) return { file: owner, node };
  const origin = owner.imports.get(last);
  return origin === undefined || origin === name
    ? undefined
    : definition(source, owner, origin, [...seen, name]);
}

/** Own functions that a call is given to call: `cross_validate(data, fit, predict)`. */
function passedFunctions(source: ExperimentSource, file: IndexedFile, call: Call): Code[] {
  const given = [...call.args, ...call.keywords.map(({ value }) => value)];
  return given.flatMap((one) => {
    if (one.nodeType !== "Name") return [];
    const found = definition(source, file, file.imports.get(one.id) ?? one.id);
    return found?.node.nodeType === "FunctionDef" ? [found] : [];
  });
}

/** The code that runs when `start` does: itself and every own function and class it calls or gives to a call. */
export function reachable(source: ExperimentSource, start: readonly Code[]): Code[] {
  const found = new Map(start.map((code) => [code.node, code]));
  for (const { file, node } of found.values()) {
    for (const one of walk(node)) {
      if (one.nodeType !== "Call") continue;
      const target = ownTarget(source, file, one);
      const passed = passedFunctions(source, file, one);
      for (const code of target === undefined ? passed : [target, ...passed]) {
        if (!found.has(code.node)) found.set(code.node, code);
      }
    }
  }
  return [...found.values()];
}

/** The code that inference.py runs, the functions of other modules that it calls among it. */
export const inferenceCode = oncePerSource((source): readonly Code[] => {
  const file = source.inference;
  if (file === undefined) return [];
  return reachable(
    source,
    file.tree.body.map((node) => ({ file, node })),
  );
});

/** Every node of some code, with its file. A node that is in two pieces comes once. */
export function* nodesOf(code: readonly Code[]): Generator<Code> {
  const seen = new Set<PyNode>();
  for (const { file, node } of code) {
    for (const one of walk(node)) {
      if (seen.has(one)) continue;
      seen.add(one);
      yield { file, node: one };
    }
  }
}

/** Names of the fields of Config. */
export function configFields({ settings }: ExperimentSource): string[] {
  const body = settings?.classes.get("Config")?.body ?? [];
  return body.flatMap((node) =>
    node.nodeType === "AnnAssign" && node.target.nodeType === "Name" ? [node.target.id] : [],
  );
}
