/** What a target asks a model for. Several targets of classes are one multilabel task. */
export type TaskKind = "regression" | "binary" | "multiclass" | "multilabel";

/** A task kind in a sentence: `binary classification`. */
export function taskWords(kind: TaskKind): string {
  return kind === "regression" ? kind : `${kind} classification`;
}
