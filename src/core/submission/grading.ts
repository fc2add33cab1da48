import { type Evaluation, evaluate, type Scored } from "../metrics/evaluate.ts";
import type { SubmissionTable, Wanted } from "./submission.ts";
import type { SolutionTargets } from "./solution-targets.ts";

export const usageColumn = "Usage";

/** The scores of a submission on both parts of a hidden answer, or why a part has none. */
export interface Grades {
  public: Evaluation;
  private: Evaluation;
}

/** The rows of a submission that count for a side of the leaderboard, beside the true targets. */
export type GradedSides = { readonly [side in "public" | "private"]: Scored };

/**
 * A checked submission beside a solution, whose rows say in the column Usage whether they count for the Public or the
 * Private leaderboard; any other word: for neither. Every id of the solution is in the submission.
 */
export function gradedSides(
  solution: SubmissionTable,
  submission: SubmissionTable,
  { id, predictions }: Wanted,
  { targets, known }: SolutionTargets,
): GradedSides {
  const rowOf = new Map(submission.columns.get(id)!.map((value, row) => [value, row]));
  const ids = solution.columns.get(id)!;
  const usage = solution.columns.get(usageColumn)!.map(sideOf);
  const part = (side: string): Scored => {
    const rows = [...ids.keys()].filter((row) => usage[row] === side);
    const picked = rows.map((row) => rowOf.get(ids[row]!)!);
    return {
      actual: targets.map((values) => pick(values, rows)),
      predicted: predictions.map((name) => ({
        name,
        values: pick(submission.columns.get(name)!, picked),
      })),
      known,
    };
  };
  return { public: part("public"), private: part("private") };
}

/** Which side a word of the column Usage names: `public`, `private`, or another word for neither. */
export function sideOf(usage: string): string {
  return usage.trim().toLowerCase();
}

/** Grades both sides by a metric that Crossfold computes. */
export function grade(metric: string, sides: GradedSides): Grades {
  return { public: evaluate(metric, sides.public), private: evaluate(metric, sides.private) };
}

function pick(values: readonly string[], rows: readonly number[]): string[] {
  return rows.map((row) => values[row]!);
}
