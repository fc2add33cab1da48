import { templateExperimentName } from "../../experiment.ts";
import { type Call, isConstant, keyword, stringValue } from "../analysis/python-tree.ts";
import type { Found, Rule } from "../rule.ts";
import { type IndexedFile, resolve } from "../analysis/source-index.ts";
import { columnAt } from "../analysis/source-file.ts";
import type { PyNode } from "../analysis/python-tree.ts";

const trackers = /^(mlflow|wandb|neptune|comet_ml|clearml|aim)\./;
const setsUp =
  /\.(set_experiment|set_tracking_uri|start_run|autolog|log_\w+|set_tags?|init|init_run|Run|Experiment)$/;

export const trackingInTrain: Rule = {
  summary: "tracking is set up in train.py only",
  why: "settings.py is imported by everything, and inference.py runs where there is no server and no network: tracking there starts empty runs or fails.",
  mend: "Move the calls to train.py, into main or a function that it calls.",
  severity: "error",
  bad: `# settings.py\nmlflow.set_experiment("titanic")`,
  good: `# train.py\ndef main(debug: bool = False) -> None:\n    mlflow.set_experiment("titanic")`,
  find({ settings, inference }) {
    return [settings, inference].flatMap((file) => (file === undefined ? [] : trackingIn(file)));
  },
};

function trackingIn(file: IndexedFile): Found[] {
  const found: Found[] = [];
  for (const call of file.calls) {
    const name = resolve(file, call.func);
    if (name === undefined || !trackers.test(name) || !setsUp.test(name)) continue;
    found.push({ file, at: call, message: `${name} belongs in train.py, not in ${file.name}` });
  }
  return found;
}

export const experimentName: Rule = {
  summary: "the experiment's name is the folder's, in every file",
  why: "The name decides where artifacts lie: with another experiment's name a run overwrites that experiment's models and scores.",
  mend: "Write the folder's name. `check --fix` does.",
  severity: "error",
  bad: `# models/exp002/train.py\nsettings = DirectorySettings(exp_name="exp001")`,
  good: `# models/exp002/train.py\nsettings = DirectorySettings(exp_name="exp002")`,
  find({ name, files }) {
    return [...files.values()].flatMap((file) => wrongNames(file, name));
  },
};

/** Other names given as this experiment's. A file that uses its own name too reads another one on purpose. */
function wrongNames(file: IndexedFile, own: string): Found[] {
  const given = [...namesGiven(file)];
  if (given.some((node) => stringValue(node) === own)) return [];
  return given
    .filter((node) => looksLikeName(stringValue(node)))
    .map((node) => ({
      file,
      at: node,
      message: `the experiment is ${own}, not ${stringValue(node)}`,
      fix: renameFix(file, node, own),
    }));
}

function looksLikeName(text: string | undefined): boolean {
  return text !== undefined && (/^exp\d{3,}(_\w+)?$/.test(text) || text === templateExperimentName);
}

const nameVariable = /^(exp|experiment)(_name)?$/i;

/** Strings that stand where an experiment says its name. */
function* namesGiven(file: IndexedFile): Generator<PyNode> {
  for (const node of file.nodes) {
    if (node.nodeType === "Call") yield* nameArgument(node);
    if (node.nodeType === "Assign") {
      const named = node.targets.some(
        (one) => one.nodeType === "Name" && nameVariable.test(one.id),
      );
      if (named && stringValue(node.value) !== undefined) yield node.value;
    }
    if (node.nodeType === "AnnAssign" && node.target.nodeType === "Name" && node.value) {
      if (nameVariable.test(node.target.id) && stringValue(node.value)) yield node.value;
    }
  }
}

function* nameArgument(call: Call): Generator<PyNode> {
  if (call.func.nodeType !== "Name" || call.func.id !== "DirectorySettings") return;
  const value = keyword(call, "exp_name") ?? call.args[0];
  if (stringValue(value) !== undefined) yield value!;
}

function renameFix(file: IndexedFile, node: PyNode, own: string) {
  if (node.end_lineno !== node.lineno || isConstant(node, own)) return undefined;
  const from = columnAt(file.lines, node.lineno, node.col_offset);
  const to = columnAt(file.lines, node.lineno, node.end_col_offset!);
  return [{ line: node.lineno, from, to, text: `"${own}"` }];
}
