import { callsOf, fixWithGuard, mainGuard, mainOf, startOfRun } from "../analysis/entry-point.ts";
import type { Rule } from "../rule.ts";

const guardLines = `\n\nif __name__ == "__main__":\n    import tyro\n\n    tyro.cli(main)`;

export const missingTyroCli: Rule = {
  code: "XF102",
  name: "missing-tyro-cli",
  severity: "error",
  summary: 'train.py calls tyro.cli(main) under `if __name__ == "__main__"`',
  why: "tyro turns main's parameters into flags. inference.py imports predict from train.py: without the guard, that import starts a training.",
  fix: "End train.py with the guard and call tyro.cli(main) in it. `check --fix` adds a missing guard.",
  bad: `main()`,
  good: `if __name__ == "__main__":\n    import tyro\n\n    tyro.cli(main)`,
  check({ train }) {
    if (train === undefined) return [];
    const guard = mainGuard(train);
    if (guard === undefined) {
      const message = 'train.py has no `if __name__ == "__main__":` with tyro.cli(main) in it';
      const fix = fixWithGuard(train, guardLines);
      return [{ file: train, at: startOfRun(train) ?? mainOf(train), message, fix }];
    }
    if (callsOf(train, guard, "tyro.cli").length > 0) return [];
    return [{ file: train, at: guard, message: "the guard does not call tyro.cli(main)" }];
  },
};
