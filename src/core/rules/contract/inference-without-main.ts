import {
  definesName,
  fixWithGuard,
  mainGuard,
  mainOf,
  parameterList,
  startOfRun,
} from "../analysis/entry-point.ts";
import type { Rule } from "../rule.ts";

const plainGuardLines = `\n\nif __name__ == "__main__":\n    main()`;

export const inferenceWithoutMain: Rule = {
  code: "XF105",
  name: "inference-without-main",
  severity: "error",
  summary: "inference.py has main() and the __main__ guard",
  why: "Tests and other scripts import it: without main() and the guard, the import writes a submission.",
  fix: "Put the script into `def main(...)` and call it under the guard. `check --fix` adds a missing guard.",
  bad: `submission.write_csv(settings.output_dir / "submission.csv")`,
  good: `def main() -> None: ...\n\n\nif __name__ == "__main__":\n    main()`,
  check({ inference }) {
    if (inference === undefined) return [];
    const main = mainOf(inference);
    if (main === undefined && !definesName(inference, "main")) {
      return [{ file: inference, message: "inference.py has no main()" }];
    }
    if (mainGuard(inference) !== undefined) return [];
    const needsNothing =
      main !== undefined && parameterList(main).every((one) => one.default !== undefined);
    const fix = needsNothing ? fixWithGuard(inference, plainGuardLines) : undefined;
    const message = 'inference.py has no `if __name__ == "__main__":`';
    return [{ file: inference, at: startOfRun(inference) ?? main, message, fix }];
  },
};
