import { expect, test } from "vitest";
import { readKaggleMetric } from "./kaggle-metric.ts";

test.each([
  ["Root Mean Squared Error", "rmse", "minimize"],
  ["RMSE", "rmse", "minimize"],
  ["Root Mean Squared Logarithmic Error", "rmsle", "minimize"],
  ["RMSLE", "rmsle", "minimize"],
  ["Root Mean Squared Log Error", "rmsle", "minimize"],
  ["Categorization Accuracy", "accuracy", "maximize"],
  ["Accuracy Score", "accuracy", "maximize"],
  ["Area Under Receiver Operating Characteristic Curve", "roc_auc", "maximize"],
  ["Roc Auc Score", "roc_auc", "maximize"],
  ["AUC-ROC", "roc_auc", "maximize"],
  ["LogLoss", "logloss", "minimize"],
  ["Multiclass Loss", "logloss", "minimize"],
  ["Log Loss", "logloss", "minimize"],
  ["MacroFScore", "f1_macro", "maximize"],
  ["QuadraticWeightedKappa", "quadratic_weighted_kappa", "maximize"],
  ["Mean Absolute Error", "mae", "minimize"],
  ["R2 Score", "r2", "maximize"],
  ["Balanced Accuracy", "balanced_accuracy", "maximize"],
  ["Mean Absolute Percentage Error", "mape", "minimize"],
  ["SMAPE", "smape", "minimize"],
  ["Root Mean Square Percentage Error", "rmspe", "minimize"],
  ["MAP@3", "map_at_3", "maximize"],
  ["Mean Average Precision @ 12", "map_at_12", "maximize"],
  ["Normalized Gini Index", "gini", "maximize"],
  ["Matthews Correlation Coefficient", "mcc", "maximize"],
  ["F1 Score (Weighted)", "f1_weighted", "maximize"],
])("%s is %s, %s", (kaggle, name, direction) => {
  expect(readKaggleMetric(kaggle)).toEqual({ name, direction });
});

test.each([
  "Mean Columnwise Root Mean Squared Error",
  "Weighted Multiclass Loss",
  "Custom Quadratic Weighted Kappa",
  "Mean Average Precision",
  "MAP@4",
  "F1 Score",
  "Weighted Mean Absolute Percentage Error",
  "custom metric 17",
  "",
])("%s is none of the known ones", (kaggle) => {
  expect(readKaggleMetric(kaggle)).toBeUndefined();
});
