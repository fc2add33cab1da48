import { debugScope } from "../analysis/debug-scope.ts";
import { trainingFiles } from "../analysis/experiment-source.ts";
import {
  type Call,
  calledName,
  isConstant,
  keyword,
  type PyNode,
} from "../analysis/python-tree.ts";
import { resolve } from "../analysis/source-index.ts";
import type { Rule } from "../rule.ts";

export const missingDebugTag: Rule = {
  code: "XF115",
  name: "missing-debug-tag",
  severity: "warning",
  summary: "the MLflow run of a debug run has the tag debug",
  why: "Debug scores appear beside real ones in MLflow, and only the tag tells them apart.",
  fix: 'Pass `tags={"debug": str(debug).lower()}` to mlflow.start_run.',
  bad: `with mlflow.start_run(run_name=settings.exp_name):`,
  good: `with mlflow.start_run(run_name=settings.exp_name, tags={"debug": str(debug).lower()}):`,
  check(source) {
    const scope = debugScope(source);
    if (scope === undefined) return [];
    const calls = trainingFiles(source).flatMap((file) =>
      file.calls.map((call) => ({ file, call, name: resolve(file, call.func) ?? "" })),
    );
    const start = calls.find(({ name }) => name === "mlflow.start_run");
    const tags = calls.filter(({ name }) => /^mlflow\.(start_run|set_tags?)$/.test(name));
    if (start === undefined || tags.some(({ call }) => mayTagDebug(call))) return [];
    const message = "the MLflow run has no `debug` tag";
    return [{ file: start.file, at: start.call, message }];
  },
};

/** True too where the tags are made in other code, so that it cannot be known. */
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
