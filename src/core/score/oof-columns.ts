import type { OofColumns } from "./metrics-file.ts";

/** Names in common use, the likeliest first; compared without regard to case. */
const usual = {
  id: ["id", "row_id", "index", "row", "idx"],
  target: ["target", "y_true", "label", "actual", "y", "truth"],
  prediction: [
    "prediction",
    "pred",
    "preds",
    "predictions",
    "oof",
    "oof_pred",
    "y_pred",
    "proba",
    "prob",
    "probability",
  ],
  fold: ["fold", "folds", "kfold", "fold_id"],
};
const prefixes = ["prediction_", "pred_", "proba_", "prob_", "oof_"];

/**
 * Which columns of an OOF file mean what, by the data's own names and the usual ones, for a script that does not say.
 * Undefined where targets or predictions cannot be told.
 */
export function findOofColumns(
  file: string,
  header: readonly string[],
  data: { id: string | undefined; targets: readonly string[] },
): OofColumns | undefined {
  const find = (names: readonly string[]): string | undefined =>
    names
      .map((name) => header.find((column) => column.toLowerCase() === name))
      .find((column) => column !== undefined);
  const id = data.id !== undefined && header.includes(data.id) ? data.id : find(usual.id);
  const own = data.targets.every((target) => header.includes(target));
  const alone = data.targets.length === 1 ? find(usual.target) : undefined;
  const target = own ? [...data.targets] : alone === undefined ? [] : [alone];
  const prediction = findPredictions(header, data.targets, find(usual.prediction));
  if (target.length === 0 || prediction.length === 0) return undefined;
  const fold = find(usual.fold);
  return {
    file,
    target,
    prediction,
    ...(id === undefined ? {} : { id }),
    ...(fold === undefined ? {} : { fold }),
  };
}

function findPredictions(
  header: readonly string[],
  targets: readonly string[],
  single: string | undefined,
): string[] {
  if (targets.length > 1) {
    const named = targets.map((target) =>
      prefixes.map((prefix) => `${prefix}${target}`).find((name) => header.includes(name)),
    );
    return named.every((name) => name !== undefined) ? named : [];
  }
  if (single !== undefined) return [single];
  const classes = prefixes
    .map((prefix) => header.filter((column) => column.toLowerCase().startsWith(prefix)))
    .find((columns) => columns.length > 0);
  return classes ?? [];
}
