import { existsSync } from "node:fs";
import path from "node:path";
import { submissionFaults, wantedColumns } from "../../core/submission.ts";
import { UserError } from "../../core/user-error.ts";
import type { CheckedSubmission } from "../../platform/platform.ts";
import { readCsv } from "../../storage/csv-file.ts";
import { hashFile } from "../../storage/hashes.ts";
import { paths, type Workspace } from "../../storage/workspace.ts";

/** A submission file, checked against sample_submission. Throws a UserError that names what a platform would refuse. */
export async function readSubmission(
  ws: Workspace,
  experiment: string,
  file: string,
  message: string | null,
): Promise<CheckedSubmission> {
  const sample = await readCsv(samplePath(ws));
  const table = await readCsv(file);
  const wanted = wantedColumns(sample, ws.project.data.id);
  const faults = submissionFaults(table, sample, wanted);
  if (faults.length === 0)
    return { experiment, message, file, sha256: await hashFile(file), table, wanted };
  const line = faults.find((fault) => fault.line !== undefined)?.line;
  throw new UserError({
    code: "submission",
    message: `this submission would be refused: ${faults.map((fault) => fault.message).join("; ")}`,
    at: { file: path.relative(ws.root, file), ...(line !== undefined && { line }) },
    expected: `${sample.header.join(",")} and ${sample.lines.length} rows, as in ${ws.project.data.sample_submission}`,
    next: `mend what writes it, then crossfold run models/${experiment}/inference.py`,
  });
}

function samplePath(ws: Workspace): string {
  const file = path.join(paths.input(ws), ws.project.data.sample_submission);
  if (existsSync(file)) return file;
  throw new UserError({
    code: "no-sample-submission",
    message: "there is no sample_submission to check a submission against",
    at: { file: path.relative(ws.root, file) },
    next: "put the competition's files there, or mend data.sample_submission in project.yml",
  });
}
