import { trainingFiles } from "../analysis/experiment-source.ts";
import { type Call, isConstant, keyword, takesUnknown } from "../analysis/python-tree.ts";
import { hasSeed, seedFix } from "../analysis/seeds.ts";
import { groupSplitters, plainSplitters, splittersIn } from "../analysis/splitters.ts";
import type { Rule } from "../rule.ts";

const everySplitter = new Set([...groupSplitters, ...plainSplitters]);

const drawsAlways = /ShuffleSplit$|^train_test_split$|^Repeated/;

export const splitterWithoutSeed: Rule = {
  code: "XF301",
  name: "splitter-without-seed",
  severity: "warning",
  summary: "a splitter that shuffles has a random_state",
  why: "Without one, every run gets different folds, and two experiments cannot be compared fold by fold.",
  fix: "Pass random_state=config.seed. `check --fix` does it where config is available.",
  bad: `StratifiedKFold(n_splits=5, shuffle=True)`,
  good: `StratifiedKFold(n_splits=5, shuffle=True, random_state=config.seed)`,
  check: (source) =>
    trainingFiles(source).flatMap((file) =>
      splittersIn(file, everySplitter)
        .filter(({ call, name }) => shufflesUnseeded(call, name))
        .map(({ call, name }) => ({
          file,
          at: call,
          message: `${name} shuffles without random_state`,
          fix: seedFix(source, file, call),
        })),
    ),
};

function shufflesUnseeded(call: Call, name: string): boolean {
  if (takesUnknown(call) || hasSeed(call)) return false;
  if (drawsAlways.test(name)) return !isConstant(keyword(call, "shuffle"), false);
  return isConstant(keyword(call, "shuffle"), true);
}
