import { existsSync } from "node:fs";
import path from "node:path";
import { usageColumn } from "../../core/submission/grading.ts";
import { type SolutionTargets, solutionTargets } from "../../core/submission/solution-targets.ts";
import type { TargetLayout } from "../../core/submission/target-layout.ts";
import type { Wanted } from "../../core/submission/submission.ts";
import { UserError } from "../../core/errors/user-error.ts";
import { type CsvTable, readCsv } from "../../storage/files/csv-file.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";

/** The hidden answer, `data/grading/solution.csv`: the id, the target columns, and Usage (Public or Private). */
export async function readSolution(
  ws: Workspace,
  wanted: Wanted,
  layout: TargetLayout,
): Promise<{ table: CsvTable; targets: SolutionTargets }> {
  const file = path.join(paths.grading(ws), "solution.csv");
  if (!existsSync(file)) throw noSolution(ws, file, wanted, "is not there");
  const table = await readCsv(file);
  const missing = [wanted.id, usageColumn].filter((name) => !table.columns.has(name));
  if (missing.length > 0) throw noSolution(ws, file, wanted, `has no column ${missing.join(", ")}`);
  if (table.header.length < 3) throw noSolution(ws, file, wanted, "has no target column");
  const metric = ws.project.metric.name;
  const where = path.relative(ws.root, file);
  const targets = solutionTargets(table, { wanted, layout, metric, file: where });
  return { table, targets };
}

function noSolution(ws: Workspace, file: string, { id }: Wanted, problem: string): UserError {
  return new UserError({
    code: "solution",
    message: `nothing to grade with: the hidden answer ${problem}`,
    at: { file: path.relative(ws.root, file) },
    expected: `a CSV file with the columns ${id}, the target, and ${usageColumn} (Public or Private)`,
    next: "put the answers there, or change competition_platform in project.yml",
  });
}
