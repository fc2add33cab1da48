import { callsOf, definesName, mainGuard, mainOf, parameterList } from "../analysis/entry-point.ts";
import { isConstant, type PyNode } from "../analysis/python-tree.ts";
import type { Edit, Found, Rule } from "../rule.ts";
import type { IndexedFile } from "../analysis/source-index.ts";

const guardLines = `\n\nif __name__ == "__main__":\n    import tyro\n\n    tyro.cli(main)`;
const plainGuardLines = `\n\nif __name__ == "__main__":\n    main()`;

export const mainWithDebug: Rule = {
  summary: "train.py has main(debug: bool = False)",
  why: "Every run starts through main, and `train --debug` passes --debug: without the flag the quick check of the whole script is not there.",
  mend: "Put the run into `def main(debug: bool = False) -> None:` at the top level of train.py.",
  severity: "error",
  bad: `def main(epochs: int = 10) -> None:\n    ...`,
  good: `def main(debug: bool = False, epochs: int = 10) -> None:\n    ...`,
  find({ train }) {
    if (train === undefined) return [];
    const main = mainOf(train);
    if (main === undefined) {
      if (definesName(train, "main")) return [];
      return [{ file: train, message: "train.py has no main(debug: bool = False)" }];
    }
    const debug = parameterList(main).find(({ name }) => name === "debug");
    if (debug === undefined) {
      return [{ file: train, at: main, message: "main takes no `debug: bool = False`" }];
    }
    const isBool = debug.annotation?.nodeType === "Name" && debug.annotation.id === "bool";
    if (isBool && isConstant(debug.default, false)) return [];
    return [{ file: train, at: main, message: "main's debug is not `debug: bool = False`" }];
  },
};

export const tyroUnderGuard: Rule = {
  summary: 'train.py calls tyro.cli(main) under `if __name__ == "__main__"`',
  why: "tyro turns main's parameters into flags, and inference.py imports predict from train.py: without the guard that import starts a training.",
  mend: "End train.py with the guard, tyro.cli(main) in it. `check --fix` adds it where there is none.",
  severity: "error",
  bad: `main()`,
  good: `if __name__ == "__main__":\n    import tyro\n\n    tyro.cli(main)`,
  find({ train }) {
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

export const predictInTrain: Rule = {
  summary: "predict() is at the top level of train.py",
  why: "Validation and submission must go the same way from data to predictions, or the CV score is not that of what is submitted.",
  mend: "Define `def predict(model, df, ...)` at the top level of train.py and use it for the validation rows.",
  severity: "error",
  bad: `def main(debug: bool = False) -> None:\n    def predict(model, df): ...`,
  good: `def predict(model, df):\n    return model.predict(df)`,
  find({ train }) {
    if (train === undefined || definesName(train, "predict")) return [];
    return [{ file: train, message: "train.py defines no predict() at its top level" }];
  },
};

export const predictFromTrain: Rule = {
  summary: "inference.py imports predict from train",
  why: "A second predict in inference.py drifts from the one that gave the CV score.",
  mend: "Write `from train import predict` in inference.py and call it.",
  severity: "error",
  bad: `def predict(model, df):\n    return model.predict(df)`,
  good: `from train import predict`,
  find({ inference }) {
    if (inference === undefined) return [];
    const own = inference.functions.get("predict");
    if (own !== undefined) {
      return [{ file: inference, at: own, message: "inference.py defines a predict of its own" }];
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

export const inferenceMain: Rule = {
  summary: "inference.py has main() and the __main__ guard",
  why: "train.py and tests import it: without main and guard the import writes a submission.",
  mend: "Put the script into `def main(...)` and call it under the guard. `check --fix` adds a missing guard.",
  severity: "error",
  bad: `submission.write_csv(settings.output_dir / "submission.csv")`,
  good: `def main() -> None: ...\n\n\nif __name__ == "__main__":\n    main()`,
  find({ inference }) {
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

/** A call at the top level that starts the run. */
function startOfRun(file: IndexedFile): PyNode | undefined {
  return file.tree.body.find(
    (node) =>
      node.nodeType === "Expr" &&
      node.value.nodeType === "Call" &&
      (callsOf(file, node, "main").length > 0 || callsOf(file, node, "tyro.cli").length > 0),
  );
}

/** Only where main is there and nothing starts it yet. */
function fixWithGuard(file: IndexedFile, lines: string): Edit[] | undefined {
  if (mainOf(file) === undefined || startOfRun(file) !== undefined) return undefined;
  return [{ append: lines }];
}

export const threeFiles: Rule = {
  summary: "an experiment has train.py, settings.py and inference.py",
  why: "They are what `train`, `submit` and the other experiments expect to find.",
  mend: "Copy the missing file from templates/models and fill it in.",
  severity: "error",
  bad: `# models/exp007/ holds only train.py`,
  good: `# models/exp007/ holds train.py, settings.py and inference.py`,
  find({ files }) {
    const first = files.values().next().value;
    if (first === undefined) return [];
    return ["train.py", "settings.py", "inference.py"]
      .filter((name) => !files.has(name))
      .map((name): Found => ({
        file: files.get("train.py") ?? first,
        message: `${name} is missing`,
      }));
  },
};
