import { trainingFiles } from "../analysis/experiment-source.ts";
import { insideFoldLoop } from "../analysis/fold-loop.ts";
import {
  type Call,
  calledName,
  identifiers,
  keyword,
  type PyNode,
  strings,
} from "../analysis/python-tree.ts";
import type { IndexedFile } from "../analysis/source-index.ts";
import type { Rule } from "../rule.ts";

export const earlyStoppingOnScoredFold: Rule = {
  code: "XF206",
  name: "early-stopping-on-scored-fold",
  severity: "warning",
  summary: "a comment says so where early stopping looks at the fold that gives the score",
  why: "The number of rounds is chosen on the rows that are scored, so the CV score is slightly too good, and clearly too good with few rows.",
  fix: "Stop early on a part of the fold's training rows, or train a fixed number of rounds; or keep it and say so in a comment: `# early stopping looks at the scored fold`.",
  bad: `model.fit(X_tr, y_tr, eval_set=[(X_va, y_va)], callbacks=[lgb.early_stopping(100)])\noof[va_idx] = model.predict(X_va)`,
  good: `# early stopping looks at the scored fold: CV is a little too good by it\nmodel.fit(X_tr, y_tr, eval_set=[(X_va, y_va)], callbacks=[lgb.early_stopping(100)])`,
  check: (source) =>
    trainingFiles(source)
      .filter((file) => !isSaid(file))
      .flatMap((file) =>
        file.calls
          .filter((call) => insideFoldLoop(file, call) && stopsEarlyOnScored(file, call))
          .map((call) => ({
            file,
            at: call,
            message: "early stopping looks at the fold that gives the score",
          })),
      ),
};

function isSaid(file: IndexedFile): boolean {
  const told = /early[ _-]?stop|アーリー|早期/i;
  if (file.comments.some(({ text }) => told.test(text))) return true;
  for (const { text } of strings(file.tree)) if (text.includes(" ") && told.test(text)) return true;
  return false;
}

/** The rows it is judged on are those whose predictions are kept in the same loop. */
function stopsEarlyOnScored(file: IndexedFile, call: Call): boolean {
  if (!/^(fit|train)$/.test(calledName(call)) || !stopsEarly(file, call)) return false;
  const judged = keyword(call, "eval_set") ?? keyword(call, "valid_sets") ?? keyword(call, "evals");
  if (judged === undefined) return false;
  const names = new Set(
    [...identifiers(judged)].filter((name) => !/^(Dataset|DMatrix|Pool|lgb|xgb)$/.test(name)),
  );
  return file.calls.some(
    (other) =>
      calledName(other).startsWith("predict") &&
      insideFoldLoop(file, other) &&
      shares(other, names),
  );
}

function shares(call: Call, names: ReadonlySet<string>): boolean {
  return call.args.some((one) => [...identifiers(one)].some((name) => names.has(name)));
}

/** An argument that says so, here or where the model is made. */
function stopsEarly(file: IndexedFile, call: Call): boolean {
  if (call.keywords.some(({ arg }) => arg === "early_stopping_rounds")) return true;
  if (call.keywords.some(({ value }) => mentionsStopping(value))) return true;
  return file.calls.some((other) => {
    const rounds = keyword(other, "early_stopping_rounds");
    return /^(XGB|LGBM|CatBoost)/.test(calledName(other)) && rounds !== undefined;
  });
}

function mentionsStopping(node: PyNode): boolean {
  return [...identifiers(node)].some((name) => /early_stopping|EarlyStopping/.test(name));
}
