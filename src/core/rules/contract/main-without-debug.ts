import { definesName, mainOf, parameterList } from "../analysis/entry-point.ts";
import { isConstant } from "../analysis/python-tree.ts";
import type { Rule } from "../rule.ts";

export const mainWithoutDebug: Rule = {
  code: "XF101",
  name: "main-without-debug",
  severity: "error",
  summary: "train.py has main(debug: bool = False)",
  why: "Every run starts through main, and `train --debug` passes --debug to it: without the parameter there is no quick test of the whole script.",
  fix: "Put the script into `def main(debug: bool = False) -> None:` at the top level of train.py.",
  bad: `def main(epochs: int = 10) -> None:\n    ...`,
  good: `def main(debug: bool = False, epochs: int = 10) -> None:\n    ...`,
  check({ train }) {
    if (train === undefined) return [];
    const main = mainOf(train);
    if (main === undefined) {
      if (definesName(train, "main")) return [];
      return [{ file: train, message: "train.py has no main(debug: bool = False)" }];
    }
    const debug = parameterList(main).find(({ name }) => name === "debug");
    if (debug === undefined) {
      return [{ file: train, at: main, message: "main has no parameter `debug: bool = False`" }];
    }
    const isBool = debug.annotation?.nodeType === "Name" && debug.annotation.id === "bool";
    if (isBool && isConstant(debug.default, false)) return [];
    return [
      { file: train, at: main, message: "main's parameter debug is not `debug: bool = False`" },
    ];
  },
};
