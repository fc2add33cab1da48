import { hangsOnDebug } from "../analysis/debug-scope.ts";
import { trainingFiles } from "../analysis/experiment-source.ts";
import { calledName, type PyNode } from "../analysis/python-tree.ts";
import { isUnder } from "../analysis/source-index.ts";
import type { Rule } from "../rule.ts";

export const configChangedInInference: Rule = {
  code: "XF503",
  name: "config-changed-in-inference",
  severity: "warning",
  summary: "inference.py uses Config with the values of train.py",
  why: "An image size, a length or a list of columns other than in training makes the predictions differ from those that gave the CV score.",
  fix: "Set the value in Config, or save the config with the model and load it.",
  bad: `# inference.py\nconfig = Config()\nconfig.max_len = 1024`,
  good: `# inference.py\nconfig = Config()`,
  check(source) {
    const { inference } = source;
    if (inference === undefined) return [];
    const inTraining = new Set(
      trainingFiles(source).flatMap((file) => file.nodes.flatMap(configFieldSet)),
    );
    return inference.nodes.flatMap((node) =>
      configFieldSet(node)
        .filter(
          (name) =>
            !inTraining.has(name) && !free.test(name) && !isUnder(inference, node, hangsOnDebug),
        )
        .map((name) => ({
          file: inference,
          at: node,
          message: `config.${name} is set in inference but not in training`,
        })),
    );
  },
};

/** Fields that say how to run, not what is computed. */
const free =
  /batch|worker|device|debug|verbose|path|dir|jobs|thread|pretrained|amp|fp16|dtype|tta/i;

function configFieldSet(node: PyNode): string[] {
  if (node.nodeType === "Call" && calledName(node) === "Config") {
    return node.keywords.flatMap(({ arg }) => (arg ? [arg] : []));
  }
  if (node.nodeType !== "Assign") return [];
  return node.targets.flatMap((one) =>
    one.nodeType === "Attribute" &&
    one.value.nodeType === "Name" &&
    /^(config|cfg|CFG)$/.test(one.value.id)
      ? [one.attr]
      : [],
  );
}
