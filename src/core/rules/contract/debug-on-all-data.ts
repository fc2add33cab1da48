import { type DebugScope, debugScope, namesSet } from "../analysis/debug-scope.ts";
import { nodesOf } from "../analysis/experiment-source.ts";
import { calledName } from "../analysis/python-tree.ts";

import type { Rule } from "../rule.ts";

const limiting =
  /row|sampl|frac|limit|head|subset|small|take|first|size|fold|split|chunk|max_|debug_|n_train|steps?$|batches/i;

const otherWork =
  /^(mkdir|makedirs|print|Path|replace|str|info|warning|debug|log_params?|set_tags?|set_tag|start_run|exists|resolve)$/;

export const debugOnAllData: Rule = {
  code: "XF113",
  name: "debug-on-all-data",
  severity: "warning",
  summary: "a debug run uses little data",
  why: "A debug run is there to try the whole script in under a minute.",
  fix: "Under `if debug:`, keep a few rows: `train = train.head(config.debug_rows)`.",
  bad: `if debug:\n    config.epochs = 1\ntrain = pl.read_csv(settings.input_dir / "train.csv")`,
  good: `train = pl.read_csv(settings.input_dir / "train.csv")\nif debug:\n    train = train.head(config.debug_rows)`,
  check(source) {
    const scope = debugScope(source);
    if (scope === undefined || scope.passedOn || limitsData(scope)) return [];
    const message = "a debug run uses all of the data";
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
