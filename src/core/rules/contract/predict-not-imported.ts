import type { PyNode } from "../analysis/python-tree.ts";
import type { Rule } from "../rule.ts";

export const predictNotImported: Rule = {
  code: "XF104",
  name: "predict-not-imported",
  severity: "error",
  summary: "inference.py imports predict from train",
  why: "A second predict in inference.py drifts away from the one that gave the CV score.",
  fix: "Write `from train import predict` in inference.py and call it.",
  bad: `def predict(model, df):\n    return model.predict(df)`,
  good: `from train import predict`,
  check({ inference }) {
    if (inference === undefined) return [];
    const own = inference.functions.get("predict");
    if (own !== undefined) {
      return [{ file: inference, at: own, message: "inference.py defines its own predict" }];
    }
    const origins = new Set(inference.imports.values());
    if ([...origins].some((origin) => /(^|\.)train\.(predict|\*)$/.test(origin))) return [];
    if (origins.has("train") && inference.nodes.some(isTrainPredict)) return [];
    return [{ file: inference, message: "inference.py does not import predict from train" }];
  },
};

function isTrainPredict(node: PyNode): boolean {
  return node.nodeType === "Attribute" && node.attr === "predict";
}
