import { type Grades, grade, gradedSides } from "../../core/submission/grading.ts";
import { targetLayout } from "../../core/submission/target-layout.ts";
import { targetColumns } from "../../core/competition/project.ts";
import { gain } from "../../core/score/score.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { withWorkspaceLock } from "../../storage/workspace/workspace-lock.ts";
import { readOwnMetric } from "../../storage/competition/own-metric-file.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import type { CheckedSubmission, SubmitResult, Platform, LeaderboardRow } from "../platform.ts";
import { gradeByOwnMetric } from "./own-metric-grades.ts";
import { appendLeaderboard, type LeaderboardLine, readLeaderboard } from "./leaderboard-file.ts";
import { readSolution } from "./solution.ts";

/** A competition held on this machine: grades with the hidden answer and keeps the leaderboard. */
export const local: Platform = {
  async submit(context, ws, submission) {
    const own = await readOwnMetric(ws);
    const { wanted } = submission;
    const metric = ws.project.metric.name;
    const layout = targetLayout(targetColumns(ws.project), wanted.predictions, metric);
    const { table: solution, targets } = await readSolution(ws, wanted, layout);
    requireIds(solution.columns.get(wanted.id)!, submission);
    return withWorkspaceLock(ws, "leaderboard", async () => {
      const lines = await readLeaderboard(ws);
      const same = lines.find(
        (line) =>
          line.file_sha256 === submission.sha256 &&
          line.metric === metric &&
          line.metric_sha256 === own?.sha256,
      );
      if (same !== undefined) return toGraded(ws, lines, same, same);
      const sides = gradedSides(solution, submission.table, wanted, targets);
      const grades =
        own === undefined ? grade(metric, sides) : await gradeByOwnMetric(context, ws, own, sides);
      const line: LeaderboardLine = {
        submission: `local-${lines.length + 1}`,
        at: context.now().toISOString(),
        experiment: submission.experiment,
        message: submission.message,
        run: submission.run,
        file_sha256: submission.sha256,
        metric,
        ...(own === undefined ? {} : { metric_sha256: own.sha256 }),
        ...toScores(grades),
      };
      await appendLeaderboard(ws, line);
      return toGraded(ws, [...lines, line], line, null);
    });
  },
};

function toGraded(
  ws: Workspace,
  lines: readonly LeaderboardLine[],
  line: LeaderboardLine,
  previous: LeaderboardLine | null,
): SubmitResult {
  return {
    status: "graded",
    submission: line.submission,
    public: line.public,
    private: line.private,
    previous: previous === null ? null : { at: previous.at, experiment: previous.experiment },
    leaderboard: rank(ws, lines, line),
  };
}

/** Submissions under the same metric; of a function of the user's own, as it was for `graded`. */
function rank(
  { project }: Workspace,
  lines: readonly LeaderboardLine[],
  graded: LeaderboardLine,
): LeaderboardRow[] {
  return lines
    .filter(
      (line) => line.metric === project.metric.name && line.metric_sha256 === graded.metric_sha256,
    )
    .toSorted((a, b) => gain(b.public, a.public, project.metric.direction))
    .map(({ experiment, at, public: score }) => ({ experiment, score, at }));
}

/** A solution may be all Public; without a Public score there is nothing to show. */
function toScores(grades: Grades): { public: number; private: number | null } {
  if (typeof grades.public === "number")
    return {
      public: grades.public,
      private: typeof grades.private === "number" ? grades.private : null,
    };
  throw new UserError({
    code: "cannot-grade",
    message: `the submission cannot be graded: ${grades.public.impossible}`,
    expected: "values that the metric of project.yml is made for",
    next: "look at the file's values and at metric in project.yml",
  });
}

function requireIds(ids: readonly string[], { table, wanted }: CheckedSubmission): void {
  const known = new Set(table.columns.get(wanted.id));
  const missing = ids.find((id) => !known.has(id));
  if (missing === undefined) return;
  throw new UserError({
    code: "solution",
    message: `the hidden answer has the id ${missing}, which sample_submission does not ask for`,
    next: "make solution.csv and sample_submission.csv have the same ids",
  });
}
