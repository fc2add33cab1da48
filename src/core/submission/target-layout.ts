import { UserError } from "../errors/user-error.ts";
import { findMetric } from "../metrics/known-metrics.ts";

/**
 * What the columns of a submission stand for. One competition has one of these, whatever its files look like:
 * - `value`: one target in one column: a label, a number, or the probability of the second class
 * - `classes`: one target, a column for each of its classes
 * - `targets`: several targets, a column each
 */
export type TargetLayout = "value" | "classes" | "targets";

/** Decides by project.yml's `data.target` and the columns that sample_submission wants predicted. */
export function targetLayout(
  targets: readonly string[],
  predictions: readonly string[],
  metric: string,
): TargetLayout {
  const count = predictions.length;
  if (targets.length > 1) {
    if (count === targets.length) return "targets";
    throw disagreement(
      `data.target names ${targets.length} targets, and sample_submission has ${count} columns beside the id`,
      "a column for each target",
    );
  }
  if (count === 1) return "value";
  const takesValues = findMetric(metric)?.needs === "values";
  if (targets.length === 0) {
    // No class has a column in a regression.
    if (takesValues) return "targets";
    throw disagreement(
      `sample_submission has ${count} columns beside the id, and project.yml names no target`,
      "data.target: one column where these are its classes, a list where each is a target",
    );
  }
  if (!takesValues) return "classes";
  throw disagreement(
    `data.target names one target, sample_submission has ${count} columns beside the id, and ${metric} is not for classes`,
    "one column, or several targets in data.target",
  );
}

function disagreement(message: string, expected: string): UserError {
  return new UserError({
    code: "target-layout",
    message: `what the columns stand for is not clear: ${message}`,
    at: { file: "project.yml" },
    expected,
    next: "correct data.target in project.yml, or sample_submission",
  });
}
