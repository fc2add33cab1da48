import { expect, test } from "vitest";
import { compactName, fateOf, oofNameIn } from "./kept-files.ts";

test.each([
  ["metrics.json", "kept"],
  ["submission.csv", "kept"],
  ["folds.csv", "kept"],
  ["oof.csv", "compacted"],
  ["OOF/predictions.csv", "dropped"],
  ["test_predictions.csv", "compacted"],
  ["fold0/test_predictions_0.csv", "compacted"],
  ["test_predictions_fold0.npy", "kept"],
  ["test_predictions.parquet", "kept"],
  ["plots/予測.PNG", "kept"],
  ["importance.html", "kept"],
  ["project.yml", "kept"],
  ["best_iterations.json", "kept"],
  ["models.joblib", "dropped"],
  ["fold_0/model.txt.gz", "dropped"],
  ["features.parquet", "dropped"],
  ["my_test_predictions.csv.pkl", "dropped"],
  ["weights", "dropped"],
])("%s is %s", (name, fate) => {
  expect(fateOf(name, 1000, "oof.csv")).toBe(fate);
});

test("a text above a megabyte is data, or a model that was written as text", () => {
  expect(fateOf("lgbm_model.txt", 2_000_000, "oof.csv")).toBe("dropped");
  expect(fateOf("metrics.json", 2_000_000, "oof.csv")).toBe("kept");
});

test("the OOF file is the one that metrics.json names", () => {
  expect(oofNameIn('{"oof": {"file": "./preds/oof_v2.csv"}}')).toBe("preds/oof_v2.csv");
  expect(oofNameIn('{"oof": null}')).toBe("oof.csv");
  expect(oofNameIn("not JSON")).toBe("oof.csv");
  expect(fateOf("preds/oof_v2.csv", 1, "preds/oof_v2.csv")).toBe("compacted");
  expect(fateOf("preds/oof_v2.parquet", 1, "preds/oof_v2.parquet")).toBe("kept");
});

test("a table keeps its name but for the ending", () => {
  expect(compactName("preds/oof.v1.CSV")).toBe("preds/oof.v1.parquet");
});
