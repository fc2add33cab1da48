import { debugScope, namesSetInDebug } from "../analysis/debug-scope.ts";
import { configFields } from "../analysis/experiment-source.ts";
import type { Rule } from "../rule.ts";

const lengths =
  /epoch|n_estimators|num_boost_round|num_iterations|^iterations$|max_iter|n_rounds|num_rounds|max_steps|num_steps/i;

export const debugFullEpochs: Rule = {
  code: "XF114",
  name: "debug-full-epochs",
  severity: "warning",
  summary: "a debug run trains for one epoch or a few rounds",
  why: "All epochs take long even on little data, and a slow debug run gets skipped.",
  fix: "Under `if debug:`, set config.epochs (or the number of rounds) to 1.",
  bad: `if debug:\n    train = train.head(1000)`,
  good: `if debug:\n    train = train.head(1000)\n    config.epochs = 1`,
  check(source) {
    const scope = debugScope(source);
    if (scope === undefined || scope.passedOn) return [];
    const fields = configFields(source).filter((name) => lengths.test(name));
    const set = [...namesSetInDebug(source, scope)];
    if (fields.length === 0 || set.some((name) => lengths.test(name))) return [];
    const message = `a debug run does not reduce config.${fields[0]}`;
    return [{ file: scope.train, at: scope.at, message }];
  },
};
