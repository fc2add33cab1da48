import { leakFindings } from "../analysis/leaks.ts";
import { calledName, strings } from "../analysis/python-tree.ts";
import type { IndexedFile } from "../analysis/source-index.ts";
import type { Rule } from "../rule.ts";

export const earlyStoppingOnScoredFold: Rule = {
  code: "XF206",
  name: "early-stopping-on-scored-fold",
  severity: "warning",
  summary:
    "a comment says so where early stopping, or the choice of an epoch, looks at the fold that gives the score",
  why: "The number of rounds or the epoch is chosen on the rows that are scored, so the CV score is slightly too good, and clearly too good with few rows.",
  fix: "Stop early on a part of the fold's training rows, or train a fixed number of rounds; or keep it and say so in a comment: `# early stopping looks at the scored fold`.",
  bad: `model.fit(X_tr, y_tr, eval_set=[(X_va, y_va)], callbacks=[lgb.early_stopping(100)])\noof[va_idx] = model.predict(X_va)`,
  good: `# early stopping looks at the scored fold: CV is a little too good by it\nmodel.fit(X_tr, y_tr, eval_set=[(X_va, y_va)], callbacks=[lgb.early_stopping(100)])`,
  check: (source) =>
    leakFindings(source, {
      "best-epoch": ({ at }) =>
        at.nodeType === "Call" && calledName(at) !== "TrainingArguments"
          ? "early stopping looks at the fold that gives the score"
          : "the best epoch is chosen on the fold that gives the score",
    }).filter(({ file }) => !isSaid(file as IndexedFile)),
};

function isSaid(file: IndexedFile): boolean {
  const told = /early[ _-]?stop|アーリー|早期/i;
  if (file.comments.some(({ text }) => told.test(text))) return true;
  for (const { text } of strings(file.tree)) if (text.includes(" ") && told.test(text)) return true;
  return false;
}
