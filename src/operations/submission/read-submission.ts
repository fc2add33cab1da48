import { existsSync } from "node:fs";
import path from "node:path";
import { counted } from "../../core/text/counted.ts";
import { submissionFaults, wantedColumns } from "../../core/submission/submission.ts";
import { UserError } from "../../core/errors/user-error.ts";
import type { CheckedSubmission } from "../../platform/platform.ts";
import { readCsv } from "../../storage/files/csv-file.ts";
import { requireSameFile } from "../../storage/files/require-same-file.ts";
import { paths, type Workspace } from "../../storage/workspace/workspace.ts";

/**
 * A submission file, checked against sample_submission; `sha256` is what it was found to hold. Throws a UserError that
 * names what a platform would refuse.
 */
export async function readSubmission(
  ws: Workspace,
  {
    experiment,
    file,
    sha256,
    message,
    run,
  }: Pick<CheckedSubmission, "experiment" | "file" | "sha256" | "message" | "run">,
): Promise<CheckedSubmission> {
  if (!existsSync(file)) throw noFile(ws, experiment, file);
  const sample = await readCsv(samplePath(ws));
  const table = await readCsv(file);
  await requireSameFile(ws, file, sha256);
  const wanted = wantedColumns(sample, ws.project.data.id);
  const faults = submissionFaults(table, sample, wanted);
  if (faults.length === 0) return { experiment, message, file, run, sha256, table, wanted };
  const lines = faults.flatMap((fault) => fault.line ?? []);
  throw new UserError({
    code: "submission",
    message: `this submission would be refused: ${faults.map((fault) => fault.message).join("; ")}`,
    at: {
      file: path.relative(ws.root, file),
      ...(lines.length > 0 && { line: Math.min(...lines) }),
    },
    expected: `${sample.header.join(",")} and ${counted(sample.lines.length, "row")}, as in ${ws.project.data.sample_submission}`,
    next: {
      operation: "run",
      input: { script: `models/${experiment}/inference.py` },
      why: "once what writes it is fixed",
    },
  });
}

function noFile(ws: Workspace, experiment: string, file: string): UserError {
  const place = path.relative(ws.root, file);
  return new UserError({
    code: "no-file",
    message: "there is no such file",
    at: { file: place.startsWith("..") ? file : place },
    expected:
      "a CSV file to submit; without --file it is artifacts/submission.csv of the experiment",
    next: { operation: "submit", input: { experiment }, why: "submits artifacts/submission.csv" },
    exitCode: 2,
  });
}

function samplePath(ws: Workspace): string {
  const file = path.join(paths.input(ws), ws.project.data.sample_submission);
  if (existsSync(file)) return file;
  throw new UserError({
    code: "no-sample-submission",
    message: "there is no sample_submission to check a submission against",
    at: { file: path.relative(ws.root, file) },
    next: "put the competition's files there, or fix data.sample_submission in project.yml",
  });
}
