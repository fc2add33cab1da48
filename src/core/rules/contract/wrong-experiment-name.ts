import { templateExperimentName } from "../../experiment/experiment.ts";
import {
  type Call,
  isConstant,
  keyword,
  type PyNode,
  stringValue,
} from "../analysis/python-tree.ts";
import { columnAt } from "../analysis/source-file.ts";
import { assignments, type IndexedFile } from "../analysis/source-index.ts";
import type { Found, Rule } from "../rule.ts";

export const wrongExperimentName: Rule = {
  code: "XF107",
  name: "wrong-experiment-name",
  severity: "error",
  summary: "every file uses the name of the experiment's own folder",
  why: "The name decides where artifacts are written: with another experiment's name, a run overwrites that experiment's models and scores.",
  fix: "Write the folder's name. `check --fix` does it.",
  bad: `# models/exp002/train.py\nsettings = DirectorySettings(exp_name="exp001")`,
  good: `# models/exp002/train.py\nsettings = DirectorySettings(exp_name="exp002")`,
  check({ name, files }) {
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
    const assigned = [...assignments(node)].find(({ name }) => nameVariable.test(name));
    if (assigned !== undefined && stringValue(assigned.value)) yield assigned.value;
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
