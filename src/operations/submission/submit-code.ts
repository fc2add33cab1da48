import path from "node:path";
import type { Context } from "../../core/context.ts";
import type { CvEntry } from "../../core/score/ledger.ts";
import { UserError } from "../../core/errors/user-error.ts";
import {
  type CheckedSubmission,
  type CodePlatform,
  codeStepNames,
  type Platform,
  type PreparedOutput,
} from "../../platform/platform.ts";
import { hashFile } from "../../storage/files/hashes.ts";
import type { Workspace } from "../../storage/workspace/workspace.ts";
import { submitFile } from "./submit-file.ts";
import { readSubmission } from "./read-submission.ts";
import { submitAgain, type SubmitRequest } from "./submit-request.ts";
import type { FileFacts, SubmitFacts, SubmitOutput, SubmitStep } from "./submit-output.ts";

/** A code competition: everything on the way to a notebook's version, then that version is submitted. */
export async function submitCode(
  context: Context,
  ws: Workspace,
  platform: Platform,
  code: CodePlatform,
  request: SubmitRequest,
  { cv, known }: { cv: CvEntry | undefined; known: SubmitFacts },
): Promise<SubmitOutput> {
  if (request.file !== undefined) throw noFileHere(request);
  if (request.dryRun) return planned(await code.plan(ws, request.experiment), known, request);
  const until = codeStepNames.find((name) => name === request.until) ?? "output";
  const { experiment, timeout } = request;
  const { steps, output } = await code.prepare(context, ws, experiment, until, timeout);
  if (output === null) return stopped({ ...known, steps }, request);
  const checked = await checkOutput(context, ws, request, output, known.run);
  const ready = { ...known, ...fileFacts(ws, checked), steps };
  if (request.until === "output") return stopped(ready, request);
  const result = await submitFile(context, ws, platform, request, { checked, cv, known: ready });
  return { ...result, steps: [...steps, ...lastSteps(result)] };
}

function planned(
  plan: Awaited<ReturnType<CodePlatform["plan"]>>,
  known: SubmitFacts,
  request: SubmitRequest,
): SubmitOutput {
  const steps: SubmitStep[] = [
    ...plan.map(({ name, status, why }) => ({ name, status, summary: why })),
    {
      name: "submit",
      status: "pending",
      summary: "spends a submission, unless this version was submitted before",
    },
    {
      name: "score",
      status: request.wait ? "pending" : "skipped",
      summary: "waited for with --wait",
    },
  ];
  const summary = "nothing was sent";
  return {
    ...known,
    steps,
    status: "planned",
    summary,
    next: [submitAgain(request, "does these steps")],
  };
}

function stopped(known: SubmitFacts & Partial<FileFacts>, request: SubmitRequest): SubmitOutput {
  return {
    ...known,
    status: "prepared",
    summary: "nothing was submitted yet",
    next: [submitAgain(request, "goes on to the end")],
  };
}

function lastSteps(output: SubmitOutput): SubmitStep[] {
  if (!("submission" in output)) return [];
  const { submission } = output;
  const score = "public" in output ? output.public : null;
  return [
    {
      name: "submit",
      status: output.status === "repeated" ? "up-to-date" : "done",
      summary: `submission ${submission}`,
    },
    score === null
      ? { name: "score", status: "pending", summary: "not there yet" }
      : { name: "score", status: "done", summary: `${score}` },
  ];
}

/** The notebook's file against sample_submission; one that is no CSV file is taken as it is. */
async function checkOutput(
  context: Context,
  ws: Workspace,
  { experiment, message: said }: SubmitRequest,
  { file, notebook }: PreparedOutput,
  run: string | null,
): Promise<CheckedSubmission> {
  const message = said ?? null;
  if (file.endsWith(".csv")) {
    context.progress.step(
      `checking ${notebook.outputFile} of ${notebook.ref} v${notebook.version}`,
    );
    const sha256 = await hashFile(file).catch(() => "");
    return { ...(await readSubmission(ws, { experiment, file, sha256, message, run })), notebook };
  }
  context.progress.step(`${notebook.outputFile} is no CSV file: it is not checked`);
  const nothing = { header: [], columns: new Map(), lines: [] };
  const wanted = { id: "", predictions: [] };
  return {
    experiment,
    message,
    file,
    run,
    sha256: await hashFile(file),
    table: nothing,
    wanted,
    notebook,
  };
}

/** What the output says of a checked file. */
export function fileFacts(
  ws: Workspace,
  { file, sha256, table }: CheckedSubmission,
): Pick<FileFacts, "file" | "fileSha256" | "rows"> {
  const rows = table.header.length === 0 ? null : table.lines.length;
  return { file: path.relative(ws.root, file), fileSha256: sha256, rows };
}

function noFileHere(request: SubmitRequest): UserError {
  return new UserError({
    code: "code-competition",
    message: "this is a code competition: it takes a notebook, not a file",
    expected: "no --file; is_code_competition: false in project.yml where files are taken",
    next: submitAgain({ ...request, file: undefined }, "submits its notebook"),
    exitCode: 2,
  });
}
