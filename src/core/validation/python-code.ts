import { foldWords } from "../competition/validation-setting.ts";
import type { Validation } from "./decision.ts";

const shuffled = (name: string, { n_splits, n_repeats, seed }: Validation): string =>
  `${name}(n_splits=${n_splits}, ${n_repeats === undefined ? "shuffle=True" : `n_repeats=${n_repeats}`}, random_state=${seed})`;

/** The splitter as Python for a script of one's own; the template's harness/validation.py does the same from project.yml. */
export function splitterCode(validation: Validation): string {
  const { strategy, n_splits, gap } = validation;
  if (strategy === "Holdout") return holdoutCode(validation);
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

function holdoutCode({ test_size = 0.2, seed, group, time }: Validation): string {
  if (time !== undefined)
    return [
      "import numpy as np",
      "",
      `moment = np.unique(train[${JSON.stringify(time)}], return_inverse=True)[1]`,
      `last = moment > min(np.quantile(moment, 1 - ${test_size}), moment.max() - 1)`,
      "fit, validate = np.flatnonzero(~last), np.flatnonzero(last)",
    ].join("\n");
  const splitter = group === undefined ? "ShuffleSplit" : "GroupShuffleSplit";
  const groups = group === undefined ? "" : `, groups=train[${JSON.stringify(group)}]`;
  return [
    `from sklearn.model_selection import ${splitter}`,
    "",
    `splitter = ${splitter}(n_splits=1, test_size=${test_size}, random_state=${seed})`,
    `fit, validate = next(splitter.split(train${groups}))`,
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
