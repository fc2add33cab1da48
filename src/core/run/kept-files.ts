/** What becomes of a file that a run left, once a newer run's score is the experiment's. */
export type Fate = "kept" | "compacted" | "dropped";

/** Bytes above which a text is data and not notes. */
const longestText = 1024 ** 2;

const plots = /\.(png|svg|html)$/i;
const texts = /\.(json|ya?ml|txt)$/i;
const testPredictions = /^test_predictions[^/]*\.(csv|parquet|npy)$/i;

/**
 * Whether a file is kept of a run that was recorded and whose score is no longer its experiment's: predictions, folds,
 * submission, metrics, plots and short texts are, tables of predictions in less space where that can be; models and
 * anything else go. `name` is the path below the run's `artifacts/`, `oof` that of the OOF predictions.
 */
export function fateOf(name: string, size: number, oof: string): Fate {
  const base = name.slice(name.lastIndexOf("/") + 1);
  if (name === "metrics.json" || name === "submission.csv" || base === "folds.csv") return "kept";
  if (name === oof || testPredictions.test(base))
    return /\.csv$/i.test(name) ? "compacted" : "kept";
  if (plots.test(name) || (texts.test(name) && size <= longestText)) return "kept";
  return "dropped";
}

/** What a CSV file is called as a Parquet file. */
export function compactName(name: string): string {
  return name.replace(/\.csv$/i, ".parquet");
}

/** The file of the OOF predictions, as metrics.json names it; what the harness calls it where that says nothing. */
export function oofNameIn(metrics: string): string {
  try {
    const named: unknown = JSON.parse(metrics)?.oof?.file;
    return typeof named === "string" ? named.replace(/^(?:\.\/+)+/, "") : "oof.csv";
  } catch {
    return "oof.csv";
  }
}
