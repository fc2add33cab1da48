import { findOutput } from "../analysis/run-outputs.ts";
import type { Rule } from "../rule.ts";

export const missingOof: Rule = {
  code: "XF110",
  name: "missing-oof",
  severity: "warning",
  summary: "train.py writes its out-of-fold predictions to artifact_dir",
  why: "The score is checked against them, and without them two experiments cannot be blended or compared row by row.",
  fix: 'Write id, target, prediction and fold to settings.artifact_dir / "oof.csv".',
  bad: `print(roc_auc_score(y, oof))`,
  good: `table.write_csv(settings.artifact_dir / "oof.csv")`,
  check: (source) =>
    findOutput(source, {
      name: /\boof[\w{}-]*\.(csv|parquet|npy|npz|feather|pkl|pickle|json|arrow)|out.of.fold|_oof\b.*\./i,
      made: /(save|write|dump)_?\w*oof|oof_?\w*(save|write)/i,
      what: "out-of-fold file",
    }),
};
