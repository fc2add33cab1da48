import { UserError } from "../errors/user-error.ts";
import { withoutPrefix } from "../metrics/class-columns.ts";
import { findMetric } from "../metrics/known-metrics.ts";
import { normaliseLabel } from "../metrics/labels.ts";
import { sideOf, usageColumn } from "./grading.ts";
import type { SubmissionTable, Wanted } from "./submission.ts";
import type { TargetLayout } from "./target-layout.ts";

/** The true targets of a solution, row by row, in the order of the submission's columns where there are several. */
export interface SolutionTargets {
  targets: readonly (readonly string[])[];
  /** Of each target the labels that the whole solution has; undefined where it has none. */
  known: readonly (readonly string[])[] | undefined;
}

interface Request {
  wanted: Wanted;
  layout: TargetLayout;
  metric: string;
  /** Of the solution, as an error names it. */
  file: string;
}

/**
 * Reads the targets of a solution as the competition's layout has them. A class may have a column of its own there too, with
 * a 1 in one column of each row. Throws a UserError where solution and submission do not agree.
 */
export function solutionTargets(solution: SubmissionTable, request: Request): SolutionTargets {
  const { wanted, layout, metric } = request;
  const names = solution.header.filter((name) => name !== wanted.id && name !== usageColumn);
  const targets = targetsOf(solution, names, request);
  const needs = findMetric(metric)?.needs;
  if (needs !== "labels" && needs !== "probabilities") return { targets, known: undefined };
  const counts = solution.columns.get(usageColumn)!.map(isGraded);
  const known = targets.map((values) => [...new Set(values.filter((_, row) => counts[row]))]);
  // Of a one-hot solution every column is a class, also one that no row has.
  const isOneHot = layout === "classes" && names.length > 1;
  return { targets, known: isOneHot ? [withoutPrefix(names)] : known };
}

function targetsOf(
  solution: SubmissionTable,
  names: readonly string[],
  request: Request,
): readonly (readonly string[])[] {
  const { wanted, layout } = request;
  const column = (name: string): readonly string[] => solution.columns.get(name)!;
  if (names.length === 1 && layout !== "targets") return [column(names[0]!)];
  const same = [...names].toSorted().join("\n") === wanted.predictions.toSorted().join("\n");
  if (layout === "value" || !same) throw disagreement(names, request);
  if (layout === "targets") return wanted.predictions.map(column);
  return [oneHotLabels(solution, names, request.file)];
}

/** Of each row the class whose column has the 1. */
function oneHotLabels(
  solution: SubmissionTable,
  names: readonly string[],
  file: string,
): readonly string[] {
  const usage = solution.columns.get(usageColumn)!;
  const classes = withoutPrefix(names);
  return usage.map((word, row) => {
    if (!isGraded(word)) return "";
    const marks = names.map((name) => normaliseLabel(solution.columns.get(name)![row]!));
    const set = marks.filter((mark) => mark === "1");
    if (set.length === 1 && marks.every((mark) => mark === "0" || mark === "1"))
      return classes[marks.indexOf("1")]!;
    throw new UserError({
      code: "solution",
      message: `the hidden answer has a column for each class, and a row with ${marks.join(", ")}`,
      at: { file, line: solution.lines[row]! },
      expected: "1 in the column of the row's class, 0 in the others",
      next: "correct the row; where each column is a target of its own, name them all in data.target of project.yml",
    });
  });
}

function isGraded(usage: string): boolean {
  const side = sideOf(usage);
  return side === "public" || side === "private";
}

const expectations: Record<TargetLayout, (columns: string) => string> = {
  value: () => "one target column",
  classes: (columns) => `one column with the labels, or those of the classes: ${columns}`,
  targets: (columns) => `the columns of the targets: ${columns}`,
};

function disagreement(names: readonly string[], { wanted, layout, file }: Request): UserError {
  return new UserError({
    code: "solution",
    message: `the hidden answer and sample_submission disagree: it has ${list(names)}, and sample_submission asks for ${list(wanted.predictions)}`,
    at: { file },
    expected: `${expectations[layout](list(wanted.predictions))}, beside ${wanted.id} and ${usageColumn}`,
    next: "correct the one that is wrong, or data.target in project.yml",
  });
}

function list(names: readonly string[]): string {
  return names.slice(0, 6).join(", ") + (names.length > 6 ? ", ..." : "");
}
