import { mainOf } from "../analysis/entry-point.ts";
import { inferenceCode, nodesOf, ownTarget, reachable } from "../analysis/experiment-source.ts";
import { calledName } from "../analysis/python-tree.ts";
import type { Found, Rule } from "../rule.ts";

const featureWork =
  /^_?(engineer|make|build|create|add|extract|generate|compute|prepare)_\w*features?\b|^_?(preprocess|feature_engineering|engineer)\w*$/;

export const featuresMissingInInference: Rule = {
  code: "XF501",
  name: "features-missing-in-inference",
  severity: "warning",
  summary: "inference.py computes the features that train.py computes",
  why: "A model given columns other than those it was trained on raises an error, or silently predicts nonsense.",
  fix: "Call the function inside predict(), so that training, validation and inference use the same code.",
  bad: `# train.py\ntrain = add_date_features(train)   # and nothing in predict or inference.py`,
  good: `# train.py\ndef predict(models, df):\n    df = add_date_features(df)`,
  check(source) {
    const { train } = source;
    const main = mainOf(train);
    if (train === undefined || main === undefined || source.inference === undefined) return [];
    const reached = new Set(inferenceCode(source).map(({ node }) => node));
    const found: Found[] = [];
    for (const { file, node } of nodesOf(reachable(source, [{ file: train, node: main }]))) {
      if (node.nodeType !== "Call" || !featureWork.test(calledName(node))) continue;
      const target = ownTarget(source, file, node);
      if (
        target === undefined ||
        target.node.nodeType !== "FunctionDef" ||
        reached.has(target.node)
      )
        continue;
      found.push({
        file,
        at: node,
        message: `${calledName(node)} is called in training but not in inference`,
      });
    }
    return found;
  },
};
