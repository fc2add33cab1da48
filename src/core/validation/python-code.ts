import { foldWords } from "../competition/validation-setting.ts";
import type { Validation } from "./decision.ts";

const shuffled = (name: string, { n_splits, n_repeats, seed }: Validation): string =>
  `${name}(n_splits=${n_splits}, ${n_repeats === undefined ? "shuffle=True" : `n_repeats=${n_repeats}`}, random_state=${seed})`;

/**
 * The splitter of a decision, which is never a Holdout, as Python for a script of one's own; the template's
 * harness/validation.py does the same from project.yml.
 */
export function splitterCode(validation: Validation): string {
  const { strategy, n_splits, gap } = validation;
  if (strategy === "TimeSeriesSplit") return timeCode(validation, n_splits, gap ?? 0);
  const library =
    strategy === "MultilabelStratifiedKFold"
      ? "iterstrat.ml_stratifiers"
      : "sklearn.model_selection";
  const group =
    validation.group === undefined ? "" : `, groups=train[${JSON.stringify(validation.group)}]`;
  const target = {
    KFold: "",
    RepeatedKFold: "",
    GroupKFold: "",
    MultilabelStratifiedKFold: ", labels",
  }[strategy as string];
  return [
    `from ${library} import ${strategy}`,
    "",
    `splitter = ${shuffled(strategy, validation)}`,
    `for fit, validate in splitter.split(train${target ?? ", target"}${group}):`,
    "    ...",
  ].join("\n");
}

/** Rows of one moment stay together: the splitter divides moments, not rows. */
function timeCode(validation: Validation, n_splits: number, gap: number): string {
  const gapText = gap === 0 ? "" : `, gap=${gap}`;
  return [
    "import numpy as np",
    "from sklearn.model_selection import TimeSeriesSplit",
    "",
    `moments, moment = np.unique(train[${JSON.stringify(validation.time ?? "time")}], return_inverse=True)`,
    `for past, following in TimeSeriesSplit(n_splits=${n_splits}${gapText}).split(moments):`,
    "    fit = np.flatnonzero(np.isin(moment, past))",
    "    validate = np.flatnonzero(np.isin(moment, following))",
  ].join("\n");
}

/** The strategy in words: `StratifiedGroupKFold, 5 folds by school, seed 42`. */
export function validationWords(validation: Validation): string {
  const { strategy, seed, gap } = validation;
  return [
    strategy,
    foldWords(validation),
    ...(strategy === "TimeSeriesSplit" ? [] : [`seed ${seed}`]),
    ...(gap === undefined ? [] : [`gap ${gap}`]),
  ].join(", ");
}
