import { type DebugScope, debugScope, namesSet, targetsOf } from "./debug-scope.ts";
import { type ExperimentSource, nodesOf, trainingFiles } from "./experiment-source.ts";
import {
  type Call,
  calledName,
  isConstant,
  keyword,
  type PyNode,
  walkKind,
} from "./python-tree.ts";
import type { Rule } from "./rule.ts";
import { ancestors, type IndexedFile, resolve } from "./source-index.ts";

export const debugIsolated: Rule = {
  summary: "a debug run has an artifact_dir and an output_dir of its own",
  why: "Otherwise a check of a minute overwrites the models, the scores and the submission of the full run.",
  mend: 'In main, `if debug:` set settings.artifact_dir to settings.artifact_dir / "debug" and settings.output_dir to it.',
  severity: "error",
  bad: `if debug:\n    config.epochs = 1`,
  good: `if debug:\n    settings.artifact_dir = settings.artifact_dir / "debug"\n    settings.output_dir = settings.artifact_dir\n    config.epochs = 1`,
  find(source) {
    const scope = debugScope(source);
    if (scope === undefined || scope.handedOn || settingsKnowDebug(source)) return [];
    const set = foldersSet(source, scope);
    return ["artifact_dir", "output_dir"]
      .filter((name) => !set.has(name) && usesFolder(source, name))
      .map((name) => ({
        file: scope.train,
        at: scope.at,
        message: `a debug run writes to the ${name} of the full run`,
        severity: writesTo(source, name) ? "error" : "warning",
      }));
  },
};

/** Set under debug, also where the whole value hangs on debug: `x = a if debug else b`. */
function foldersSet(source: ExperimentSource, { code }: DebugScope): Set<string> {
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

/** Whether the training itself says the folder's name, settings.py aside. */
function writesTo(source: ExperimentSource, folder: string): boolean {
  return trainingFiles(source).some(
    (file) =>
      file.name !== "settings.py" &&
      file.nodes.some((node) => node.nodeType === "Attribute" && node.attr === folder),
  );
}

function settingsKnowDebug({ settings }: ExperimentSource): boolean {
  const found = settings?.classes.get("DirectorySettings");
  if (found === undefined) return true;
  return [...walkKind(found, "Name")].some(({ id }) => /debug/i.test(id));
}

/** A folder that settings.py computes from another one follows it. */
function usesFolder({ settings }: ExperimentSource, name: string): boolean {
  const found = settings?.classes.get("DirectorySettings");
  return (
    found === undefined ||
    !found.body.some((node) => node.nodeType === "FunctionDef" && node.name === name)
  );
}

const limiting =
  /row|sampl|frac|limit|head|subset|small|take|first|size|fold|split|chunk|max_|debug_|n_train|steps?$|batches/i;
const otherWork =
  /^(mkdir|makedirs|print|Path|replace|str|info|warning|debug|log_params?|set_tags?|set_tag|start_run|exists|resolve)$/;

export const debugLimitsData: Rule = {
  summary: "a debug run works on little data",
  why: "It is there to see the whole script work within a minute, every time.",
  mend: "`if debug:` keep some rows: `train = train.head(config.debug_rows)`.",
  severity: "warning",
  bad: `if debug:\n    config.epochs = 1\ntrain = pl.read_csv(settings.input_dir / "train.csv")`,
  good: `train = pl.read_csv(settings.input_dir / "train.csv")\nif debug:\n    train = train.head(config.debug_rows)`,
  find(source) {
    const scope = debugScope(source);
    if (scope === undefined || scope.handedOn || limitsData(scope)) return [];
    const message = "a debug run reads all of the data";
    return [{ file: scope.train, at: scope.at, message }];
  },
};

function limitsData({ code }: DebugScope): boolean {
  if ([...namesSet(code)].some((name) => limiting.test(name))) return true;
  for (const { node } of nodesOf(code)) {
    if (node.nodeType === "Slice" || node.nodeType === "IfExp") return true;
    if (node.nodeType === "Call" && !otherWork.test(calledName(node))) return true;
  }
  return false;
}

const lengths =
  /epoch|n_estimators|num_boost_round|num_iterations|^iterations$|max_iter|n_rounds|num_rounds|max_steps|num_steps/i;

export const debugCutsEpochs: Rule = {
  summary: "a debug run trains for one epoch, or a few rounds",
  why: "Little data with all epochs still takes its time, and debug runs that take time are left out.",
  mend: "`if debug:` set config.epochs (or the number of rounds) to 1.",
  severity: "warning",
  bad: `if debug:\n    train = train.head(1000)`,
  good: `if debug:\n    train = train.head(1000)\n    config.epochs = 1`,
  find(source) {
    const scope = debugScope(source);
    if (scope === undefined || scope.handedOn) return [];
    const fields = configFields(source).filter((name) => lengths.test(name));
    const set = [...foldersSet(source, scope)];
    if (fields.length === 0 || set.some((name) => lengths.test(name))) return [];
    const message = `a debug run leaves config.${fields[0]} as it is`;
    return [{ file: scope.train, at: scope.at, message }];
  },
};

/** Names of the fields of Config. */
export function configFields({ settings }: ExperimentSource): string[] {
  const body = settings?.classes.get("Config")?.body ?? [];
  return body.flatMap((node) =>
    node.nodeType === "AnnAssign" && node.target.nodeType === "Name" ? [node.target.id] : [],
  );
}

export const debugTag: Rule = {
  summary: "the MLflow run of a debug run is tagged debug",
  why: "Its scores stand beside true ones in MLflow, and only the tag tells them apart.",
  mend: 'Give `tags={"debug": str(debug).lower()}` to mlflow.start_run.',
  severity: "warning",
  bad: `with mlflow.start_run(run_name=settings.exp_name):`,
  good: `with mlflow.start_run(run_name=settings.exp_name, tags={"debug": str(debug).lower()}):`,
  find(source) {
    const scope = debugScope(source);
    if (scope === undefined) return [];
    const calls = trainingFiles(source).flatMap((file) =>
      file.calls.map((call) => ({ file, call, name: resolve(file, call.func) ?? "" })),
    );
    const start = calls.find(({ name }) => name === "mlflow.start_run");
    const tags = calls.filter(({ name }) => /^mlflow\.(start_run|set_tags?)$/.test(name));
    if (start === undefined || tags.some(({ call }) => mayTagDebug(call))) return [];
    const message = "the MLflow run carries no `debug` tag";
    return [{ file: start.file, at: start.call, message }];
  },
};

/** True too where the tags are made elsewhere, so that nobody can say. */
function mayTagDebug(call: Call): boolean {
  if (call.keywords.some(({ arg }) => !arg)) return true;
  const tags =
    calledName(call) === "start_run"
      ? keyword(call, "tags")
      : (call.args[0] ?? call.keywords[0]?.value);
  if (tags === undefined) return false;
  return tags.nodeType === "Dict" ? tags.keys.some(isDebugKey) : !isOtherText(tags);
}

function isDebugKey(key: PyNode | null): boolean {
  return key === null || isConstant(key, "debug") || key.nodeType !== "Constant";
}

function isOtherText(node: PyNode): boolean {
  return node.nodeType === "Constant" && node.value !== "debug";
}
